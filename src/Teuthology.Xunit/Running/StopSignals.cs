using System.Runtime.InteropServices;
using Teuthology.TestLogger;

namespace Teuthology.Xunit;

/// <summary>
/// Keeps Ctrl-C, SIGTERM and a closed terminal from killing the process in the middle of a job: the run is told to stop, and the process
/// ends when its jobs are unwound. The runner's death counts too.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _unwound = new();
    private readonly ParentWatch _runner;
    private readonly List<PosixSignalRegistration> _registrations;

    /// <summary>Listens until disposed.</summary>
    public StopSignals()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, OnSignal))];
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _runner = new ParentWatch(Stop);
    }

    /// <summary>Cancelled by a signal or <see cref="Stop"/>.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Tells the run to stop.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>All is unwound: lets a waiting exit go on.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _unwound.Set();
        foreach (var registration in _registrations)
            registration.Dispose();
        _runner.Dispose();
        if (_runner.IsGone)
            Environment.Exit(1); // nobody is left to tell this process to end
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop();
    }

    private void OnExit(object? sender, EventArgs e)
    {
        Stop();
        _unwound.Wait(s_patience);
    }
}
