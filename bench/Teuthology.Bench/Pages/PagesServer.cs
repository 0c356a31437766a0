using System.Diagnostics;

namespace Teuthology.Bench;

/// <summary>Our server in a process of its own, on stores that were filled before.</summary>
internal sealed class PagesServer : IAsyncDisposable
{
    private readonly Process _process;

    private PagesServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Processor time that it used, the start included.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it holds, MiB.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    /// <summary>Where <c>dotnet build -c Release src/Teuthology.Cli</c> puts the program; null when it is not there.</summary>
    public static string? Program
    {
        get
        {
            var program = Path.GetFullPath("artifacts/bin/Teuthology.Cli/release/teuthology");
            if (File.Exists(program))
                return program;
            Console.Error.WriteLine($"{program} is missing: dotnet build -c Release src/Teuthology.Cli, and run this in the repository's root");
            return null;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="state">Its state directory, and that of its archives.</param>
    /// <param name="store">A PostgreSQL database; null for files of the state directory.</param>
    public static async Task<PagesServer> StartAsync(string program, string state, string? store)
    {
        var start = new ProcessStartInfo(program, ["server", "--listen", "http://127.0.0.1:0", "--archive", state]) { RedirectStandardOutput = true };
        start.Environment["TEUTHOLOGY_STATE"] = state;
        start.Environment["TEUTHOLOGY_STORE"] = store ?? "";
        start.Environment["TEUTHOLOGY_CONFIG"] = "/dev/null";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        return new PagesServer(process, new Uri(line.Split(' ')[^1]));
    }

    /// <summary>Waits until it has nothing to do: after the start it walks its pages.</summary>
    public async Task RestAsync()
    {
        for (TimeSpan before = default; Cpu - before > TimeSpan.FromMilliseconds(20);)
        {
            before = Cpu;
            await Task.Delay(500);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
