using System.Diagnostics;
using System.Globalization;

namespace Teuthology.LockTest;

/// <summary>A client's process as the test has it in hand.</summary>
internal sealed class ClientProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _errors = [];
    private volatile bool _killed;

    /// <param name="settingsFile">What it is told.</param>
    /// <param name="name">Its name in the history.</param>
    /// <param name="seed">Seed of what it does.</param>
    public ClientProcess(string settingsFile, string name, int seed)
    {
        Name = name;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[OwnProgram.Path, "client", settingsFile, name, seed.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data == "ready")
                _ready.TrySetResult();
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.Add(line.Data ?? "");
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Whether it ended by itself in another way than it should.</summary>
    public bool HasFailed => _process.HasExited && !_killed && _process.ExitCode != 0;

    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors).Trim();
        }
    }

    /// <summary>Waits until it can begin.</summary>
    /// <exception cref="HistoryException">It ended by itself, or did not come so far.</exception>
    public async Task ReadyAsync(TimeSpan deadline)
    {
        using var ended = new CancellationTokenSource(deadline);
        await Task.WhenAny(_ready.Task, _process.WaitForExitAsync(ended.Token));
        if (!_ready.Task.IsCompleted && !_killed)
            throw new HistoryException($"client {Name} did not start: {(Errors.Length > 0 ? Errors : $"not ready within {deadline.TotalSeconds} s")}");
    }

    public async Task TellAsync(string order)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(order);
            await _process.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException || (e is InvalidOperationException && _killed))
        {
            // It is gone; if it was not killed, its end tells why.
        }
    }

    public Task StopAsync() => SignalAsync("STOP");

    public Task ContinueAsync() => SignalAsync("CONT");

    public void Kill()
    {
        _killed = true;
        _process.Kill();
    }

    /// <summary>Waits for its end; false when it is not there in time.</summary>
    public async Task<bool> EndAsync(TimeSpan deadline)
    {
        using var over = new CancellationTokenSource(deadline);
        await _process.WaitForExitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.HasExited;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
