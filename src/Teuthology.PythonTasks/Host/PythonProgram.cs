using System.ComponentModel;
using System.Diagnostics;

namespace Teuthology.PythonTasks;

/// <summary>The process of a host, with the last of what it said on standard error.</summary>
internal sealed class PythonProgram : IAsyncDisposable
{
    private const int Kept = 8;
    private readonly Process _process;
    private readonly Queue<string> _last = new();
    private readonly Task _listening;

    private PythonProgram(Process process, Action<string> said)
    {
        _process = process;
        _listening = ListenAsync(said);
    }

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Path of an interpreter; null when there is none.</summary>
    /// <param name="python">A path, or a name to be looked for on the PATH.</param>
    public static string? Find(string python) => python.Contains('/')
        ? File.Exists(python) ? Path.GetFullPath(python) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(place => place.Length > 0).Select(place => Path.Combine(place, python)).FirstOrDefault(File.Exists);

    /// <param name="python">The interpreter.</param>
    /// <param name="said">Takes lines of its standard error, where its prints go too.</param>
    /// <exception cref="TeuthologyException">It cannot be started.</exception>
    public static PythonProgram Start(string python, Action<string> said)
    {
        var start = new ProcessStartInfo(Find(python) ?? python, ["-u", "-c", HostModules.Start])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new PythonProgram(Process.Start(start)!, said);
        }
        catch (Win32Exception e)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the Python task host cannot be started: {start.FileName}: {e.Message}; install python3 (apt-get install python3 python3-gevent), or name one by TEUTHOLOGY_PYTHON", e);
        }
    }

    /// <summary>Waits for its end; tells how it came, and what was said last.</summary>
    public async Task<string> EndAsync()
    {
        await _process.WaitForExitAsync();
        await _listening;
        var how = _process.ExitCode > 128 ? $"was ended by signal {_process.ExitCode - 128}" : $"ended with status {_process.ExitCode}";
        return $"the Python task host (process {_process.Id}) {how}" + (_last.Count == 0 ? "" : "\nlast lines of stderr:\n  " + string.Join("\n  ", _last));
    }

    /// <summary>Kills it, with what it started.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            Kill();
        await _process.WaitForExitAsync();
        await _listening;
        _process.Dispose();
    }

    private async Task ListenAsync(Action<string> said)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue(line);
            said(line);
        }
    }
}
