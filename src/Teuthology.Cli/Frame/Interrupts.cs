using System.Runtime.InteropServices;

namespace Teuthology.Cli;

/// <summary>
/// Turns SIGINT, SIGTERM and SIGHUP into a cancelled token, so that what runs unwinds; the third signal gives up on unwinding.
/// A hang-up is no impatience: a terminal that closes sends several at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private const int ImpatientSignals = 3;
    private readonly CancellationTokenSource _source = new();
    private readonly TextWriter _error;
    private readonly PosixSignalRegistration[] _registrations;
    private int _hangUps;
    private int _signals;
    private int _exitCode;

    public Interrupts(TextWriter error)
    {
        _error = error;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Received(context, Cli.ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Received(context, 143)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Received(context, 129)),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>128 + the number of the first signal; null when there was none.</summary>
    public int? ExitCode => _signals == 0 ? null : _exitCode;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Received(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGHUP && Interlocked.Increment(ref _hangUps) > 1)
            return;
        switch (Interlocked.Increment(ref _signals))
        {
            case 1:
                _exitCode = exitCode;
                _source.Cancel();
                break;
            case ImpatientSignals:
                Environment.Exit(exitCode);
                break;
            default:
                _error.WriteLine("teuthology: still cleaning up; once more gives up and leaves the rest to `teuthology lab gc`");
                break;
        }
    }
}
