using System.Diagnostics;
using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>The process of a job: in a session of its own, so that it outlives whoever started it.</summary>
public sealed class JobChild
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    // The output goes to a file that outlives the starter, too. setsid(1) makes the session.
    private const string Script = "log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null";

    private readonly Process? _started;

    private JobChild(ChildRecord record, Process? started) => (Record, _started) = (record, started);

    /// <summary>What is known of it.</summary>
    public ChildRecord Record { get; }

    /// <summary>Starts it.</summary>
    /// <param name="record">What to know of it, but for its process.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables besides this process's own.</param>
    /// <param name="log">File that its output is appended to.</param>
    /// <exception cref="TeuthologyException">It cannot be started.</exception>
    public static JobChild Start(ChildRecord record, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string log)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(environment);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", log, program, .. arguments]) { UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            return new JobChild(record with { Process = ControllerProcess.Of(process.Id)?.ToString() ?? "" }, process);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot start {program}: {e.Message}", e);
        }
    }

    /// <summary>Takes note of one that another process started.</summary>
    /// <param name="record">What that one wrote down.</param>
    public static JobChild Attach(ChildRecord record) => new(record, null);

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => _started?.HasExited ?? (!ControllerProcess.TryParse(Record.Process, out var process) || process.IsDead);

    /// <summary>Waits for its end, or for a while.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting; the job goes on.</param>
    /// <returns>Whether it ended.</returns>
    public async Task<bool> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        for (var began = time.GetTimestamp(); !HasEnded && time.GetElapsedTime(began) < patience;)
        {
            var left = patience - time.GetElapsedTime(began);
            await Task.Delay(left < Look && left > TimeSpan.Zero ? left : Look, time, cancellationToken);
        }

        return HasEnded;
    }

    /// <summary>Its exit code, 128 and the signal's number for one that was killed; null where another process started it, and while it runs.</summary>
    public int? ExitCode => _started is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">TERM or KILL.</param>
    /// <param name="wholeSession">Whether to everything that it started, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SignalAsync(string signal, bool wholeSession, CancellationToken cancellationToken)
    {
        if (HasEnded || !ControllerProcess.TryParse(Record.Process, out var process))
            return;
        var target = (wholeSession ? "-" : "") + process.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start(new ProcessStartInfo("/bin/kill", ["-s", signal, "--", target]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync(cancellationToken);
    }
}
