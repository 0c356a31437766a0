using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Cli;

/// <summary>A controller that can be logged in to: starts the web interface and runs there, and follows a run to its end.</summary>
/// <param name="machine">How to log in.</param>
/// <param name="time">Clock.</param>
internal sealed class ControllerHost(Machine machine, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Variable by which the program knows that it runs on a controller.</summary>
    public const string Variable = "TEUTHOLOGY_ON_CONTROLLER";

    private const string Home = ControllerFiles.Home;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ServerPatience = TimeSpan.FromMinutes(5);

    /// <summary>The connection. No guardian: what is started goes on when the connection is lost.</summary>
    public Remote Remote { get; } = new(
        new RemoteEndpoint { HostName = machine.Name, User = machine.User, Address = machine.Address, Port = machine.SshPort, HostKey = machine.HostKey, IdentityFile = machine.IdentityFile, Dial = machine.Dial },
        NullLogger.Instance,
        new RemoteOptions { Guardian = null, Time = time });

    /// <summary>Address of the web interface.</summary>
    public string WebAddress => string.Create(CultureInfo.InvariantCulture, $"http://{(machine.Address.Contains(':', StringComparison.Ordinal) ? $"[{machine.Address}]" : machine.Address)}:{ControllerFleet.WebPort}/");

    /// <summary>How to log in by hand.</summary>
    public string SshLine => $"ssh -i {machine.IdentityFile} {machine.User}@{machine.Address}";

    /// <summary>Starts the web interface unless it runs, and waits until it answers.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it does not start.</exception>
    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        var port = ControllerFleet.WebPort.ToString(CultureInfo.InvariantCulture);

        // The lock is held by the server itself, as long as it lives: of several that are started one stays.
        await ShAsync($"mkdir -p {Home}/state && cd {Home} || exit 1; setsid flock -n state/server.lock ./teuthology server --listen http://0.0.0.0:{port} >>server.log 2>&1 </dev/null &", cancellationToken);
        var start = time.GetTimestamp();
        while (await StatusAsync($"exec 3<>/dev/tcp/127.0.0.1/{port}", cancellationToken) != 0)
        {
            if (time.GetElapsedTime(start) > ServerPatience)
                throw new TeuthologyException(FailureKind.Infrastructure, $"the web interface of the controller does not start: {(await ShAsync($"tail -n 5 {Home}/server.log", cancellationToken)).Trim()}");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Starts a run, which goes on whatever becomes of us.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="words">The line's words behind <c>teuthology</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartRunAsync(string run, IEnumerable<string> words, CancellationToken cancellationToken)
    {
        var directory = ShellQuote.Quote($"runs/{run}");
        var inner = $"echo $$ >{directory}/pid; ./teuthology {ShellQuote.Join(words)} >{directory}/out 2>{directory}/log </dev/null; echo $? >{directory}/exit.part; mv {directory}/exit.part {directory}/exit";
        await ShAsync($"cd {Home} && mkdir -p runs && mkdir {directory} || exit 1; setsid sh -c {ShellQuote.Quote(inner)} >/dev/null 2>&1 </dev/null &", cancellationToken);
    }

    /// <summary>Waits for a run's end, telling what it says.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="patience">How long at most.</param>
    /// <param name="log">Gets what it tells of itself.</param>
    /// <param name="cancellationToken">Stops waiting; the run goes on.</param>
    /// <returns>Its exit code, and what it gave.</returns>
    /// <exception cref="TeuthologyException">Kind Timeout: the wait is over; Infrastructure: the controller lost it.</exception>
    public async Task<(int ExitCode, string Output)> WaitAsync(string run, TimeSpan patience, TextWriter log, CancellationToken cancellationToken)
    {
        var directory = ShellQuote.Quote($"{Home}/runs/{run}");
        var start = time.GetTimestamp();
        var told = 0L;
        for (var missing = 0; ;)
        {
            try
            {
                // Its end is asked for before its log is read, so that the log is whole.
                var state = (await ShAsync($"cat {directory}/exit 2>/dev/null || {{ kill -0 \"$(cat {directory}/pid)\" 2>/dev/null && echo runs || echo gone; }}", cancellationToken)).Trim();
                told = await TellAsync($"{Home}/runs/{run}/log", told, log, cancellationToken);
                if (int.TryParse(state, CultureInfo.InvariantCulture, out var code))
                    return (code, await ShAsync($"cat {directory}/out", cancellationToken));

                // It may be between two files; a controller that was rebooted has no process of it any more.
                missing = state == "gone" ? missing + 1 : 0;
                if (missing > 30)
                    throw new TeuthologyException(FailureKind.Infrastructure, $"run {run} does not run on the controller any more, and left no exit code: its log is {Home}/runs/{run}/log there");
            }
            catch (ConnectionLostException e) when (time.GetElapsedTime(start) < patience)
            {
                await log.WriteLineAsync($"{e.Message}; the run goes on there, connecting again");
            }

            if (time.GetElapsedTime(start) > patience)
                throw new TeuthologyException(FailureKind.Timeout, $"run {run} has not ended within {patience.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s; it goes on: {WebAddress}{run}/");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Remote.DisposeAsync();

    private async Task<long> TellAsync(string file, long from, TextWriter log, CancellationToken cancellationToken)
    {
        try
        {
            var more = await Remote.ReadPartAsync(file, from, null, sudo: false, cancellationToken);
            var whole = Array.LastIndexOf(more, (byte)'\n') + 1;
            await log.WriteAsync(System.Text.Encoding.UTF8.GetString(more, 0, whole));
            return from + whole;
        }
        catch (FileNotFoundException)
        {
            return from; // not begun
        }
    }

    private Task<string> ShAsync(string script, CancellationToken cancellationToken) => Remote.ShAsync(RemoteCommand.Args("bash", "-c", script) with { Quiet = true }, cancellationToken);

    private async Task<int> StatusAsync(string script, CancellationToken cancellationToken) =>
        (await Remote.RunAsync(RemoteCommand.Args("bash", "-c", script) with { CheckStatus = false, Quiet = true }, cancellationToken)).ExitStatus;
}
