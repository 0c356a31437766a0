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
    private const int StartAttempts = 5;

    private readonly RemoteEndpoint endpoint;
    private readonly ILogger log;
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
        var dialer = new SshNetDialer(endpoint, Options, log);
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
    public Task<CommandResult> RunAsync(RemoteCommand command, CancellationToken ct) => RunAsync(command, stdin: null, ct);

    /// <summary>Starts a command.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="ct">Gives up starting it; later it has no effect.</param>
    /// <exception cref="ConnectionLostException">No connection can be had.</exception>
    public async Task<RemoteProcess> StartAsync(RemoteCommand command, CancellationToken ct) =>
        await StartAsync(command, stdin: null, ct).ConfigureAwait(false);

    /// <summary>Runs a script and gives its standard output.</summary>
    /// <param name="script">For the login shell.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="CommandFailedException">It failed; see <see cref="RunAsync(RemoteCommand, CancellationToken)"/> for the other errors.</exception>
    /// <exception cref="TeuthologyException">The output is longer than <see cref="RemoteOptions.CaptureLimit"/>.</exception>
    public async Task<string> ShAsync(string script, CancellationToken ct)
    {
        var result = await RunAsync(RemoteCommand.Script(script), ct).ConfigureAwait(false);
        return result.StdoutDropped == 0
            ? result.Stdout
            : throw new TeuthologyException(FailureKind.Test, $"The output of {PythonRepr.Of(script)} on {ShortName} is longer than {Options.CaptureLimit} bytes; take it by RemoteCommand.StdoutTo");
    }

    /// <summary>
    /// Puts a script into a file of the host's /tmp, named after date and label as upstream does, runs it by its own first line, and removes
    /// it again when it was good.
    /// </summary>
    /// <param name="script">The script, with its <c>#!</c> line.</param>
    /// <param name="label">For the name and the log; null is <c>script</c>.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Kills it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="CommandFailedException">It failed; the file then stays.</exception>
    public async Task<string> ShFileAsync(string script, string? label, bool sudo, CancellationToken ct)
    {
        var template = $"/tmp/teuthology-remote-{Options.Time.GetUtcNow():yyyyMMdd}-{label ?? "script"}-XXXX";
        var path = (await RunAsync(RemoteCommand.Args("mktemp", template) with { Quiet = true }, ct).ConfigureAwait(false)).Stdout.TrimEnd('\n');
        await WriteFileAsync(path, script, new RemoteFileOptions { Mode = "a+rx" }, ct).ConfigureAwait(false);
        var result = await RunAsync(RemoteCommand.Args(path) with { Sudo = sudo, Label = label }, ct).ConfigureAwait(false);
        await this.RemoveAsync(path, sudo: false, ct).ConfigureAwait(false);
        return result.Stdout;
    }

    /// <summary>Writes a file, by way of a temporary file beside it that is then renamed.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">Its content.</param>
    /// <param name="options">Sudo, mode, owner, directory.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, RemoteFileOptions? options, CancellationToken ct) =>
        RemoteFiles.WriteAsync(this, path, AsStream(content), options ?? new RemoteFileOptions(), ct);

    /// <summary>Writes a text file in UTF-8; see the overload for bytes.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="content">Its content.</param>
    /// <param name="options">Sudo, mode, owner, directory.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public Task WriteFileAsync(string path, string content, RemoteFileOptions? options, CancellationToken ct) =>
        WriteFileAsync(path, Encoding.UTF8.GetBytes(content), options, ct);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Which.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public Task<byte[]> ReadFileAsync(string path, bool sudo, CancellationToken ct) => RemoteFiles.ReadAsync(this, path, sudo, ct);

    /// <summary>Copies a file from here, atomically.</summary>
    /// <param name="localPath">From.</param>
    /// <param name="remotePath">To.</param>
    /// <param name="mode">As chmod takes it, or null.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    /// <exception cref="IOException">It cannot be read here.</exception>
    public async Task PutFileAsync(string localPath, string remotePath, string? mode, CancellationToken ct)
    {
        var content = new FileStream(localPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (content.ConfigureAwait(false))
            await RemoteFiles.WriteAsync(this, remotePath, content, new RemoteFileOptions { Mode = mode }, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Copies the regular files below a directory to here. Links, devices and names that would leave <paramref name="localDirectory"/>
    /// are left out with a note in the log.
    /// </summary>
    /// <param name="remoteDirectory">From.</param>
    /// <param name="localDirectory">To; made if it is not there.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up; files copied so far stay.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public Task PullDirectoryAsync(string remoteDirectory, string localDirectory, bool sudo, CancellationToken ct) =>
        DirectoryPull.RunAsync(this, remoteDirectory, localDirectory, sudo, log, ct);

    /// <summary>Closes the connections. Commands that still run see a lost connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await heart.DisposeAsync().ConfigureAwait(false);
        await pool.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary><see cref="Name"/>.</summary>
    public override string ToString() => Name;

    internal async Task<CommandResult> RunAsync(RemoteCommand command, Stream? stdin, CancellationToken ct)
    {
        if ((command.StdinPipe ? "stdin" : command.StdoutPipe ? "stdout" : command.StderrPipe ? "stderr" : null) is { } pipe)
            throw new ArgumentException($"Using PIPE for {pipe} without wait=False would deadlock: use StartAsync.", nameof(command));
        var process = await StartAsync(command, stdin, ct).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            // On cancellation disposing kills, and waits until it is done.
            return await process.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    internal async Task<RemoteProcess> StartAsync(RemoteCommand command, Stream? stdin, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (stdin is MemoryStream { Length: <= ShortInput } small)
            (command, stdin) = (command with { Stdin = small.ToArray() }, null);
        for (var attempt = 1; ; attempt++)
        {
            var lease = await AcquireAsync(command, ct).ConfigureAwait(false);
            try
            {
                if (attempt == 1)
                    RemoteLog.CommandStarted(command.Log ?? log, ShortName, CommandRun.LabelOf(command), command.Text);
                var run = await CommandRun.StartAsync(this, command, stdin, lease, command.Log ?? log, Interlocked.Increment(ref commands).ToString("x"), ct).ConfigureAwait(false);
                return new RemoteProcess(run);
            }
            catch (ConnectionLostException error) when (attempt < StartAttempts && error.InnerException is ShellLostException { BeforeStart: true })
            {
                lease.Dispose();
            }
            catch
            {
                lease.Dispose();
                throw;
            }
        }
    }

    // A host without a known key is told from others by where it is.
    private static HostKey KnownBy(RemoteEndpoint endpoint) => endpoint.HostKey is { } key
        ? HostKey.Parse(key, endpoint.HostName)
        : new HostKey("unknown", Encoding.UTF8.GetBytes($"{endpoint.Address}:{endpoint.Port}"));

    private static MemoryStream AsStream(ReadOnlyMemory<byte> content) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(content, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);

    /// <summary>Runs a short line past the queue, for kills.</summary>
    internal async Task<(int Status, string Error)> RunReservedAsync(string line, CancellationToken ct)
    {
        var shell = await pool.ConnectAsync(ct).ConfigureAwait(false);
        var output = new MemorySink();
        try
        {
            using var command = await shell.StartAsync(line, Stream.Null, output, ct).ConfigureAwait(false);
            var exit = await command.Completion.WaitAsync(ct).ConfigureAwait(false);
            return (exit.Status ?? -1, output.Text);
        }
        catch (ShellLostException error)
        {
            throw new ConnectionLostException(HostName, $"SSH connection to {ShortName} was lost while ending a command: {error.Message}", error);
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
            throw new ConnectionLostException(new CommandFailure { Command = command.Text, Host = HostName, Label = command.Label, Note = error.Message }, error);
        }
    }
}
