using System.Diagnostics;
using System.Globalization;

namespace Teuthology.Bench;

/// <summary>A server in a process of its own, ours or a paddles.</summary>
public sealed class LockServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo? _state;

    private LockServerProcess(Process process, Uri address, DirectoryInfo? state) => (_process, Address, _state) = (process, address, state);

    public Uri Address { get; }

    /// <summary>Processor time that it used, with its workers; the start included.</summary>
    public TimeSpan Cpu => TimeOf(_process.Id);

    /// <summary>Starts ours.</summary>
    /// <param name="program">The program.</param>
    /// <param name="store">Where its leases are; null for a SQLite file of its own.</param>
    public static async Task<LockServerProcess> OursAsync(string program, string? store)
    {
        var state = Directory.CreateTempSubdirectory("teuthology-bench-");
        var start = new ProcessStartInfo(program, ["server", "--listen", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        start.Environment["TEUTHOLOGY_STATE"] = state.FullName;
        start.Environment["TEUTHOLOGY_STORE"] = store ?? "";
        start.Environment["TEUTHOLOGY_CONFIG"] = "/dev/null";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        return new LockServerProcess(process, new Uri(line.Split(' ')[^1]), state);
    }

    /// <summary>Starts a paddles with two workers.</summary>
    /// <param name="script">What serves it.</param>
    /// <param name="checkout">Its code.</param>
    /// <param name="database">Its database.</param>
    public static async Task<LockServerProcess> PaddlesAsync(string script, string checkout, Uri database)
    {
        const int Port = 18099;
        var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, checkout, $"{Port}", database.ToString(), "2"]) { RedirectStandardError = true })!;
        _ = process.StandardError.ReadToEndAsync();
        var address = new Uri($"http://127.0.0.1:{Port}/");
        using var http = new HttpClient();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await http.GetStringAsync(address);
                return new LockServerProcess(process, address, null);
            }
            catch (HttpRequestException) when (tries < 100 && !process.HasExited)
            {
                await Task.Delay(200);
            }
        }
    }

    // Fields 14 and 15 of /proc/PID/stat are user and system time in hundredths of a second, field 4 the parent.
    private static TimeSpan TimeOf(int pid)
    {
        var own = Stat(pid.ToString(CultureInfo.InvariantCulture));
        var time = own is null ? 0 : long.Parse(own[11], CultureInfo.InvariantCulture) + long.Parse(own[12], CultureInfo.InvariantCulture);
        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Where(child => Stat(child!)?[1] == pid.ToString(CultureInfo.InvariantCulture)).Select(child => TimeOf(int.Parse(child!, CultureInfo.InvariantCulture)));
        return TimeSpan.FromMilliseconds(time * 10) + children.Aggregate(TimeSpan.Zero, (sum, one) => sum + one);
    }

    private static string[]? Stat(string pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _state?.Delete(recursive: true);
    }
}
