using System.Diagnostics;
using System.Globalization;
using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>Another harness that does the same work over the same sshd, in a process of its own for each measurement.</summary>
/// <param name="command">Its command line; <c>PORT KEY WHAT AMOUNT LOG FILES COPY</c> is added.</param>
/// <param name="sshd">The sshd.</param>
/// <param name="scratch">Where its log and copies go; below it are the <c>files</c> to read.</param>
public sealed class OtherHarness(IReadOnlyList<string> command, SshdProcess sshd, string scratch)
{
    /// <summary>What it does a second, and the CPU seconds it took for all of it.</summary>
    /// <param name="what"><c>one</c> or <c>twenty</c> (commands over so many connections), <c>output</c> (MiB), <c>files</c>, <c>pull</c>, or <c>memory</c> (KiB for each connection instead).</param>
    /// <param name="amount">How many, or how much.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<(double Rate, double Cpu)> MeasureAsync(string what, int amount)
    {
        string[] words =
        [
            .. command, sshd.Port.ToString(CultureInfo.InvariantCulture), sshd.IdentityFile, what, amount.ToString(CultureInfo.InvariantCulture),
            Path.Combine(scratch, "other.log"), Path.Combine(scratch, "files"), Path.Combine(scratch, "there"),
        ];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var numbers = output.Trim().Split('\n')[^1].Split(' ');
        return process.ExitCode == 0
            ? (double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}: {output}{await error}");
    }
}
