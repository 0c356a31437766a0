using System.Diagnostics;
using System.Globalization;

namespace Teuthology.Bench;

/// <summary>A table as docs have them: ours, the other harness's, how many times as much.</summary>
/// <param name="other">The other harness, or null.</param>
/// <param name="only">Measures only rows with this in their name; null for all.</param>
public sealed class SshTable(OtherHarness? other, string? only)
{
    private readonly List<string> _rows = [];

    /// <summary>Measures a row: ours, then at once the other's.</summary>
    /// <param name="name">What is counted.</param>
    /// <param name="amount">How many of it <paramref name="work"/> does.</param>
    /// <param name="work">Does it.</param>
    /// <param name="what">What the other harness calls it; null when it cannot do it.</param>
    /// <param name="count">How much of it the other does.</param>
    public async Task MeasureAsync(string name, double amount, Func<Task> work, string? what = null, int count = 0)
    {
        if (IsLeftOut(name))
            return;
        var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        var rate = amount / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var cpu = (Environment.CpuUsage.TotalTime - before).TotalSeconds / amount;
        Add(name, rate, cpu * 1000, other is null || what is null ? null : await TheirsAsync(other, what, count));
    }

    /// <summary>Adds a row of memory.</summary>
    public async Task MemoryAsync(string name, double kib, int connections)
    {
        if (IsLeftOut(name))
            return;
        var theirs = other is null ? (double?)null : (await other.MeasureAsync("memory", connections)).Rate;
        _rows.Add($"| {name} | {Text(kib)} | | {(theirs is { } k ? Text(k) : "")} | | |");
        Console.Error.WriteLine(_rows[^1]);
    }

    /// <summary>Adds a row of memory that only ours takes.</summary>
    public void AddHost(string name, double kib)
    {
        _rows.Add($"| {name} | {Text(kib)} | | 0 | | |");
        Console.Error.WriteLine(_rows[^1]);
    }

    /// <summary>Prints the table.</summary>
    public void Write()
    {
        Console.WriteLine("| | ours | ms CPU each | upstream | ms CPU each | ratio |\n|---|---|---|---|---|---|");
        _rows.ForEach(Console.WriteLine);
    }

    private static async Task<(double Rate, double Cpu)?> TheirsAsync(OtherHarness other, string what, int count)
    {
        var (rate, cpu) = await other.MeasureAsync(what, count);
        return (rate, cpu * 1000 / (what == "output" ? count * 1.048576 : count));
    }

    private void Add(string name, double rate, double cpu, (double Rate, double Cpu)? theirs)
    {
        _rows.Add(theirs is { } other
            ? $"| {name} | {Text(rate)} | {Text(cpu)} | {Text(other.Rate)} | {Text(other.Cpu)} | {Text(rate / other.Rate)} |"
            : $"| {name} | {Text(rate)} | {Text(cpu)} | | | |");
        Console.Error.WriteLine(_rows[^1]);
    }

    private bool IsLeftOut(string name) => only is not null && !name.Contains(only, StringComparison.Ordinal);

    private static string Text(double number) => number.ToString(number < 10 ? "0.0#" : "0", CultureInfo.InvariantCulture);
}
