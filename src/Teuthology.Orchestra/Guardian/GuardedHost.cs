using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>What we know of the guardian on one host: where its state is, which lanes we have there, until when it lets us live.</summary>
internal sealed class GuardedHost(string host, HostKey key, GuardianOptions guardian, RemoteOptions options, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);
    private readonly string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private readonly string identity = Convert.ToHexStringLower(SHA256.HashData(key.Bytes))[..12];
    private readonly HashSet<string> lanes = new(StringComparer.Ordinal);
    private int lanesMade;
    private string? boot;
    private bool toldUnguarded;

    public string Host => host;

    public RemoteOptions Options => options;

    public ILogger Log => log;

    public TimeSpan Lease => guardian.Lease;

    /// <summary>Directory of our state on the host; null until the first connection, and where there can be none.</summary>
    public string? Home { get; private set; }

    /// <summary>Shell and way of making process groups, as the guardian wants them told.</summary>
    public string Worker { get; private set; } = "";

    /// <summary>Changes when the host starts anew: what ran before is gone.</summary>
    public int Boots { get; private set; }

    public string AddLane()
    {
        lock (lanes)
        {
            var name = $"l{++lanesMade}";
            lanes.Add(name);
            return name;
        }
    }

    public void RemoveLane(string name)
    {
        lock (lanes)
            lanes.Remove(name);
    }

    /// <summary>
    /// Connects and announces us, for as long as <see cref="RemoteOptions.ConnectTimeout"/> when connections do not last until then. A host
    /// where the guardian cannot work gives the connection as it is.
    /// </summary>
    /// <exception cref="ConnectionLostException">No connection can be had, or none that lasts.</exception>
    /// <exception cref="TeuthologyException">The host belongs to a newer lease.</exception>
    public async Task<IRemoteShell> DialAsync(Func<CancellationToken, Task<IRemoteShell>> dial, CancellationToken ct)
    {
        var start = options.Time.GetTimestamp();
        while (true)
        {
            var shell = await dial(ct).ConfigureAwait(false);
            try
            {
                var guarded = new GuardedShell(shell, this);
                return await (Home is null ? TryBeginAsync(guarded, ct) : TryBeginAsync(shell, ct)).ConfigureAwait(false) ? guarded : shell;
            }
            catch (ShellLostException error)
            {
                await shell.DisposeAsync().ConfigureAwait(false);
                if (options.Time.GetElapsedTime(start) >= options.ConnectTimeout)
                    throw new ConnectionLostException(host, $"SSH connection to {RemoteName.Short(host)} was lost right after it was made, again and again for {options.ConnectTimeout.TotalSeconds:0.#} seconds: {error.Message}", error);
                RemoteLog.Retrying(log, host, error.Message, Pause.TotalSeconds);
                await Task.Delay(Pause, options.Time, ct).ConfigureAwait(false);
            }
            catch
            {
                await shell.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Renews the lease over a connection that was there.</summary>
    /// <exception cref="ShellLostException">It is not there any more.</exception>
    /// <exception cref="TeuthologyException">The host belongs to a newer lease.</exception>
    public async Task BeatAsync(IRemoteShell shell, CancellationToken ct)
    {
        var (status, _, _) = await RunAsync(shell, GuardianScript.Beat(Home!, Lease), ct).ConfigureAwait(false);
        if (status == 0)
            return;
        RemoteLog.GuardianGone(log, host);
        await TryBeginAsync(shell, ct).ConfigureAwait(false);
    }

    /// <summary>Takes leave: what still runs is ended.</summary>
    public async Task EndAsync(GuardedShell shell, CancellationToken ct)
    {
        if (Home is { } home && !await shell.EndByLaneAsync(ct).ConfigureAwait(false))
            await RunAsync(shell, GuardianScript.End(home), ct).ConfigureAwait(false);
    }

    private async Task<bool> TryBeginAsync(GuardedShell first, CancellationToken ct)
    {
        var known = KnownLanes();
        return HasBegun(await Lane.BeginAsync(first, lane => GuardianScript.Begin(guardian, identity, id, known, lane), ct).ConfigureAwait(false));
    }

    private async Task<bool> TryBeginAsync(IRemoteShell shell, CancellationToken ct) =>
        HasBegun(await RunAsync(shell, GuardianScript.Begin(guardian, identity, id, KnownLanes(), null), ct).ConfigureAwait(false));

    // Lanes that another connection makes from now on are no business of one that begins.
    private (string Used, int Made) KnownLanes()
    {
        lock (lanes)
            return (string.Join(' ', lanes), lanesMade);
    }

    private bool HasBegun((int Status, string Output, string Error) told)
    {
        var (status, output, error) = told;
        if (status == GuardianScript.Refused)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{host} is taken: {error.Trim()}. The lease under which this job holds it is over.");
        var answer = output[(output.LastIndexOf("\u0001begun ", StringComparison.Ordinal) + 1)..].Split(' ', '\n');
        if (status is 0 or GuardianScript.Gone && answer is ["begun", var home, var booted, var program, var mode, ..])
        {
            Take(home, booted, $"{program} {mode}");
            return true;
        }

        if (!toldUnguarded)
            RemoteLog.Unguarded(log, host, error.Trim().Length > 0 ? error.Trim() : $"status {status}, {output.Trim()}");
        toldUnguarded = true;
        return false;
    }

    private static async Task<(int Status, string Output, string Error)> RunAsync(IRemoteShell shell, string line, CancellationToken ct)
    {
        var (output, error) = (new MemorySink(), new MemorySink());
        using var command = await shell.StartAsync(line, output, error, ct).ConfigureAwait(false);
        var exit = await command.Completion.WaitAsync(ct).ConfigureAwait(false);
        return (exit.Status ?? -1, output.Text, error.Text);
    }

    private void Take(string home, string booted, string worker)
    {
        if (boot is not null && boot != booted)
            Boots++;
        (Home, boot, Worker) = (home, booted, worker);
    }
}
