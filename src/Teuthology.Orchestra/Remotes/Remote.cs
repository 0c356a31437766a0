using System.Text;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>
/// A host and the connections to it. Commands run side by side; a connection is made by the first of them and replaced when it was lost.
/// Safe for use by many at once.
/// </summary>
public sealed class Remote : IAsyncDisposable
{
    /// <summary>Input that may travel with the command.</summary>
    private const int ShortInput = 4096;
    private static readonly TimeSpan StartPause = TimeSpan.FromSeconds(0.2);

    private readonly RemoteEndpoint endpoint;
    private readonly ILogger log;
    private readonly SshNetDialer dialer;
    private readonly ShellPool pool;
    private readonly GuardedHost? guardian;
    private readonly GuardianHeart heart;
    private long commands;

    /// <summary>A host; nothing is connected yet.</summary>
    /// <param name="endpoint">How to reach and know it.</param>
    /// <param name="log">Log of its commands and their output.</param>
    /// <param name="options">Bounds and patience, or null for the defaults.</param>
    /// <exception cref="ConfigurationException">The endpoint's host key is not of the form <c>type base64</c>.</exception>
    public Remote(RemoteEndpoint endpoint, ILogger log, RemoteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(log);
        (this.endpoint, this.log, Options) = (endpoint, log, options ?? new RemoteOptions());
        dialer = new SshNetDialer(endpoint, Options, log);
        guardian = Options.Guardian is { } told ? new GuardedHost(HostName, KnownBy(endpoint), told, Options, log) : null;
        pool = new ShellPool(HostName, guardian is null ? dialer.DialAsync : ct => guardian.DialAsync(dialer.DialAsync, ct), Options, log);
        heart = new GuardianHeart(guardian, pool, Options);
        Facts = new RemoteFacts(this);
    }

    /// <summary><c>user@host</c>.</summary>
    public string Name => $"{User}@{HostName}";

    /// <summary>Full name of the host.</summary>
    public string HostName => endpoint.HostName;

    /// <summary>The name before its first dot.</summary>
    public string ShortName => RemoteName.Short(HostName);

    /// <summary>Address that daemons on the host use.</summary>
    public string Address => endpoint.Address;

    /// <summary>Login user.</summary>
    public string User => endpoint.User;

    /// <summary>How to reach and know the host.</summary>
    public RemoteEndpoint Endpoint => endpoint;

    /// <summary>Bounds and patience.</summary>
    public RemoteOptions Options { get; }

    /// <summary>What the host tells about itself, asked once.</summary>
    public RemoteFacts Facts { get; }

    /// <summary>The host's key, <c>type base64</c>: the one it must show, else the one it showed last; null before it showed any.</summary>
    public string? HostKey => endpoint.HostKey ?? dialer.ShownKey;

    /// <summary>Its console and power switch; unless set, <see cref="NoConsole"/>.</summary>
    public IConsole Console
    {
        get => field ??= new NoConsole(HostName);
        set;
    }

    /// <summary>Log of its commands and their output.</summary>
    internal ILogger Log => log;

    /// <summary>Whether a connection is open.</summary>
    public bool IsConnected => pool.IsConnected;

    /// <summary>Connects unless connected, trying again until <see cref="RemoteOptions.ConnectTimeout"/>.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">No connection can be had.</exception>
    /// <exception cref="HostKeyMismatchException">The host shows another key.</exception>
    /// <exception cref="ConfigurationException">The private key is not there.</exception>
    public async Task ConnectAsync(CancellationToken ct) => await pool.ConnectAsync(ct).ConfigureAwait(false);

    /// <summary>Runs a command to its end. When cancelled, ends its processes on the host first.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="ct">Kills the command and everything it started.</param>
    /// <exception cref="CommandFailedException">It ended with a status other than 0, and its status is checked.</exception>
    /// <exception cref="CommandCrashedException">A signal ended it, and its status is checked.</exception>
    /// <exception cref="CommandTimeoutException">It was killed at its deadline.</exception>
    /// <exception cref="ConnectionLostException">The connection went away under it or cannot be had.</exception>
    public async Task<CommandResult> RunAsync(RemoteCommand command, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        if ((command.StdinPipe ? "stdin" : command.StdoutPipe ? "stdout" : command.StderrPipe ? "stderr" : null) is { } pipe)
            throw new ArgumentException($"Using PIPE for {pipe} without wait=False would deadlock: use StartAsync.", nameof(command));
        var process = await StartAsync(command, ct).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            // On cancellation disposing kills, and waits until it is done.
            return await process.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Starts a command.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="ct">Gives up starting it; later it has no effect.</param>
    /// <exception cref="ConnectionLostException">No connection can be had.</exception>
    public async Task<RemoteProcess> StartAsync(RemoteCommand command, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.StdinFrom is MemoryStream { Length: <= ShortInput, Position: 0 } small)
            command = command with { Stdin = small.ToArray(), StdinFrom = null };
        var told = false;
        var start = Options.Time.GetTimestamp();
        while (true)
        {
            ShellLease? lease = null;
            try
            {
                lease = await AcquireAsync(command, ct).ConfigureAwait(false);
                if (!told)
                    RemoteLog.CommandStarted(command.Log ?? log, ShortName, CommandRun.LabelOf(command), command.Shown);
                told = true;
                var run = await CommandRun.StartAsync(this, command, lease, command.Log ?? log, Interlocked.Increment(ref commands).ToString("x"), ct).ConfigureAwait(false);
                return new RemoteProcess(run);
            }
            catch (ConnectionLostException error) when (IsBeforeStart(error) && !IsOver(start))
            {
                lease?.Dispose();
                RemoteLog.Retrying(log, HostName, error.InnerException!.Message, StartPause.TotalSeconds);
            }
            catch
            {
                lease?.Dispose();
                throw;
            }

            await Task.Delay(StartPause, Options.Time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes new connections for commands from now on, as after a change of the user's groups or limits. Commands that run keep theirs,
    /// which close when the last of them has ended.
    /// </summary>
    public Task RenewAsync() => pool.RetireAsync();

    /// <summary>Opens an SFTP session of its own to the host.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">No connection can be had.</exception>
    /// <exception cref="TeuthologyException">The host's sshd has no SFTP.</exception>
    public async Task<RemoteSftp> OpenSftpAsync(CancellationToken ct) => new(this, await dialer.DialSftpAsync(ct).ConfigureAwait(false));

    /// <summary>Has a port of the host's loopback address, of its own choice, lead to one of this machine's.</summary>
    /// <param name="localPort">The port here.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">No connection can be had.</exception>
    /// <exception cref="TeuthologyException">The host's sshd does not forward.</exception>
    public async Task<RemoteForward> ForwardAsync(int localPort, CancellationToken ct)
    {
        var (client, bridge) = await dialer.DialClientAsync(ct).ConfigureAwait(false);
        return await RemoteForward.OpenAsync(HostName, client, bridge, localPort, ct).ConfigureAwait(false);
    }

    /// <summary>Closes the connections. Commands that still run see a lost connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await heart.DisposeAsync().ConfigureAwait(false);
        await pool.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary><see cref="Name"/>.</summary>
    public override string ToString() => Name;

    /// <summary>The connection went before the host was told of the command, or right after it was made.</summary>
    private static bool IsBeforeStart(ConnectionLostException error) =>
        error.InnerException is ShellLostException { BeforeStart: true } or ConnectionLostException { InnerException: ShellLostException };

    /// <summary>Whether links that come and go have been borne for as long as the host keeps what runs there.</summary>
    private bool IsOver(long start) => Options.Time.GetElapsedTime(start) >= (guardian?.Lease ?? Options.ConnectTimeout);

    // A host without a known key is told from others by where it is.
    private static Orchestra.HostKey KnownBy(RemoteEndpoint endpoint) => endpoint.HostKey is { } key
        ? Orchestra.HostKey.Parse(key, endpoint.HostName)
        : new Orchestra.HostKey("unknown", Encoding.UTF8.GetBytes($"{endpoint.Address}:{endpoint.Port}"));

    /// <summary>Runs a short line past the queue, for kills.</summary>
    /// <param name="line">The line.</param>
    /// <param name="twice">Whether it may run again when the connection was lost under it.</param>
    /// <param name="ct">Gives up.</param>
    internal async Task<(int Status, string Error)> RunReservedAsync(string line, bool twice, CancellationToken ct)
    {
        var start = Options.Time.GetTimestamp();
        while (true)
        {
            var shell = await pool.ConnectAsync(ct).ConfigureAwait(false);
            var output = new MemorySink();
            var started = false;
            try
            {
                using var command = await shell.StartAsync(line, Stream.Null, output, ct).ConfigureAwait(false);
                started = true;
                var exit = await command.Completion.WaitAsync(ct).ConfigureAwait(false);
                return (exit.Status ?? -1, output.Text);
            }
            catch (ShellLostException error) when ((twice || !started) && !IsOver(start))
            {
                RemoteLog.Retrying(log, HostName, error.Message, StartPause.TotalSeconds);
            }
            catch (ShellLostException error)
            {
                throw new ConnectionLostException(HostName, $"SSH connection to {ShortName} was lost while ending a command: {error.Message}", error);
            }

            await Task.Delay(StartPause, Options.Time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>A session for a command, connecting where there is none.</summary>
    internal Task<ShellLease> AcquireAsync(CancellationToken ct) => pool.AcquireAsync(ct);

    private async Task<ShellLease> AcquireAsync(RemoteCommand command, CancellationToken ct)
    {
        try
        {
            return await pool.AcquireAsync(ct).ConfigureAwait(false);
        }
        catch (ConnectionLostException error)
        {
            throw new ConnectionLostException(new CommandFailure { Command = command.Shown, Host = HostName, Label = command.Label, Note = error.Message }, error);
        }
    }
}
