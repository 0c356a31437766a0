using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra;

/// <summary>
/// Several handlers of signals to this process; upstream's <c>exiter</c>. When one of their signals comes all handlers run, whichever signal
/// they were added for, in the order they were added; then the process gets the signal once more, with nobody to catch it.
/// </summary>
/// <param name="log">Is told of signals and handlers, or null for none.</param>
public sealed partial class Exiter(ILogger? log = null) : IDisposable
{
    private readonly Lock gate = new();
    private readonly ILogger log = log ?? NullLogger.Instance;
    private readonly List<Handler> handlers = [];
    private readonly Dictionary<PosixSignal, PosixSignalRegistration> registered = [];

    /// <summary>Adds a handler.</summary>
    /// <param name="signals">Signals that run it.</param>
    /// <param name="handle">Gets the signal; an error of it goes to the log, and the others still run.</param>
    /// <returns>Takes the handler away when disposed; the signals then still end the process.</returns>
    public IDisposable Add(IEnumerable<PosixSignal> signals, Action<PosixSignal> handle)
    {
        ArgumentNullException.ThrowIfNull(signals);
        var handler = new Handler(this, handle);
        lock (gate)
        {
            foreach (var signal in signals)
            {
                if (!registered.ContainsKey(signal))
                    registered[signal] = PosixSignalRegistration.Create(signal, Handle);
            }

            handlers.Add(handler);
        }

        return handler;
    }

    /// <summary>Catches no signal any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var registration in registered.Values)
                registration.Dispose();
            registered.Clear();
            handlers.Clear();
        }
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        List<Handler> now;
        lock (gate)
            now = [.. handlers];
        RemoteLog.Detail(log, $"Got signal {context.Signal}; running {now.Count} handler{(now.Count == 1 ? "" : "s")}...");
        foreach (var handler in now)
            Run(handler, context.Signal);
        RemoteLog.Detail(log, "Finished running handlers");

        // A registration cannot be given up while its handler runs: the process would wait for itself.
        _ = Task.Run(() => Resend(context.Signal));
    }

    private void Run(Handler handler, PosixSignal signal)
    {
        try
        {
            handler.Handle(signal);
        }
        catch (Exception error)
        {
            RemoteLog.Failed(log, $"A handler of signal {signal} failed", error);
        }
    }

    private void Resend(PosixSignal signal)
    {
        lock (gate)
        {
            if (registered.Remove(signal, out var registration))
                registration.Dispose();
        }

        if (Kill(Environment.ProcessId, NumberOf(signal)) != 0)
            RemoteLog.Bad(log, $"Signal {signal} cannot be sent again: error {Marshal.GetLastPInvokeError()}");
    }

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ when (int)signal > 0 => (int)signal,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Only signals that end a process are sent again"),
    };

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);

    private sealed class Handler(Exiter exiter, Action<PosixSignal> handle) : IDisposable
    {
        public Action<PosixSignal> Handle => handle;

        public void Dispose()
        {
            lock (exiter.gate)
                exiter.handlers.Remove(this);
        }
    }
}
