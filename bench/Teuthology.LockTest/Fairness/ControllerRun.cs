using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace Teuthology.LockTest;

/// <summary>A controller's process as the test has it in hand.</summary>
internal sealed class ControllerRun : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly Task _reading;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ControllerRun(string name, IEnumerable<string> arguments, ChannelWriter<(ControllerRun From, JobEvent What)> events)
    {
        Name = name;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[OwnProgram.Path, "controller", .. arguments])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _reading = ReadAsync(events);
    }

    public string Name { get; }

    /// <exception cref="HistoryException">It did not start.</exception>
    public async Task ReadyAsync()
    {
        if (await Task.WhenAny(_ready.Task, _reading, Task.Delay(StartDeadline)) != _ready.Task)
            throw new HistoryException($"controller {Name} did not start");
    }

    public async Task GiveAsync(string job)
    {
        await _process.StandardInput.WriteLineAsync(job);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>kill -9; what it had told by then is read.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(ChannelWriter<(ControllerRun From, JobEvent What)> events)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
                _ready.TrySetResult();
            else if (line.EndsWith('}'))
                events.TryWrite((this, JsonSerializer.Deserialize<JobEvent>(line, HistoryWriter.Json)!));
        }
    }
}
