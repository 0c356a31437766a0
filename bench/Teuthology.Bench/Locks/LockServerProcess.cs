using System.Diagnostics;

namespace Teuthology.Bench;

/// <summary>A server in a process of its own, ours or a paddles.</summary>
public sealed class LockServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo? _state;

    private LockServerProcess(Process process, Uri address, DirectoryInfo? state) => (_process, Address, _state) = (process, address, state);

    public Uri Address { get; }

    /// <summary>Processor time that it used, with its workers; the start included.</summary>
    public TimeSpan Cpu => ProcessorTime.Of(_process.Id);

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

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _state?.Delete(recursive: true);
    }
}
