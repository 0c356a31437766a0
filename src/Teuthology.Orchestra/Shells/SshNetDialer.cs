using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Teuthology.Orchestra;

/// <summary>Opens connections to one host: retries until a deadline, checks the host's key.</summary>
internal sealed class SshNetDialer(RemoteEndpoint endpoint, RemoteOptions options, ILogger log)
{
    private const int AuthenticationTries = 3;
    private static readonly string[] FastCiphers = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"];
    private static readonly string[] FastKeyExchanges = ["curve25519-sha256", "curve25519-sha256@libssh.org"];
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    // A host that did not answer once is not waited for in full again: a job has many steps to undo on it.
    private static readonly TimeSpan PatienceWithTheLost = TimeSpan.FromSeconds(5);

    // A link that comes back shall not be waited for by a connection whose first packet was lost: the kernel repeats that ever more rarely.
    private static readonly TimeSpan PatienceForGreeting = TimeSpan.FromSeconds(10);
    private readonly HostKey? expected = endpoint.HostKey is { } key ? HostKey.Parse(key, endpoint.HostName) : null;

    private volatile bool lost;

    /// <summary>The key that the host showed last, <c>type base64</c>; null before.</summary>
    public string? ShownKey { get; private set; }

    public Task<IRemoteShell> DialAsync(CancellationToken ct) => DialAsync<IRemoteShell>(
        async (answered, token) =>
        {
            var (client, bridge) = await OpenAsync(info => new SshClient(info), answered, token).ConfigureAwait(false);
            return new SshNetShell(client, bridge, options, log);
        },
        ct);

    /// <summary>A connection for forwarded ports alone, and what it goes through.</summary>
    public Task<(SshClient Client, LoopbackBridge? Bridge)> DialClientAsync(CancellationToken ct) =>
        DialAsync((answered, token) => OpenAsync(info => new SshClient(info), answered, token), ct);

    /// <summary>A connection for SFTP alone, and what it goes through.</summary>
    public Task<(SftpClient Client, IAsyncDisposable? Bridge)> DialSftpAsync(CancellationToken ct) => DialAsync<(SftpClient, IAsyncDisposable?)>(
        async (answered, token) =>
        {
            try
            {
                return await OpenAsync(info => new SftpClient(info), answered, token).ConfigureAwait(false);
            }
            catch (SshException error) when (error.Message.Contains("subsystem", StringComparison.OrdinalIgnoreCase))
            {
                throw new TeuthologyException(FailureKind.Infrastructure, $"{endpoint.HostName} has no SFTP: its sshd_config names no `Subsystem sftp`", error);
            }
        },
        ct);

    private async Task<T> DialAsync<T>(Func<Action, CancellationToken, Task<T>> dial, CancellationToken ct)
    {
        var start = options.Time.GetTimestamp();
        var patience = lost && options.ConnectTimeout > PatienceWithTheLost ? PatienceWithTheLost : options.ConnectTimeout;
        using var deadline = new CancellationTokenSource(patience, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        var pause = FirstPause;
        Exception? last = null;
        var refusals = 0;
        var heard = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var shell = await dial(Answered, either.Token).ConfigureAwait(false);
                lost = false;
                RemoteLog.Connected(log, endpoint.HostName, options.Time.GetElapsedTime(start).TotalMilliseconds);
                return shell;
            }
            catch (SshAuthenticationException error) when (++refusals >= AuthenticationTries)
            {
                throw new ConnectionLostException(endpoint.HostName, $"Error authenticating with {endpoint.HostName}: {error.Message} (user {endpoint.User}, key {endpoint.IdentityFile})", error);
            }
            catch (Exception error) when (error is SshException or SocketException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException)
            {
                ct.ThrowIfCancellationRequested();
                last = error is OperationCanceledException ? last ?? error : error;
            }

            if (!deadline.IsCancellationRequested)
            {
                RemoteLog.Retrying(log, endpoint.HostName, last!.Message, pause.TotalSeconds);
                await Task.Delay(pause, options.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }

            ct.ThrowIfCancellationRequested();
            if (deadline.IsCancellationRequested)
            {
                lost = !heard;
                throw new ConnectionLostException(endpoint.HostName, $"No SSH connection to {endpoint.User}@{endpoint.HostName} ({endpoint.Address} port {endpoint.Port}) within {patience.TotalSeconds:0.#} seconds, {attempt} attempts: {last?.Message}", last);
            }
        }

        // Who is there but slow, as under load, is given the whole time.
        void Answered()
        {
            if (heard)
                return;
            heard = true;
            lost = false;
            patience = options.ConnectTimeout;
            try
            {
                var left = patience - options.Time.GetElapsedTime(start);
                deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
            catch (ObjectDisposedException)
            {
                // It was given up in this moment.
            }
        }
    }

    private async Task<(TClient Client, LoopbackBridge? Bridge)> OpenAsync<TClient>(Func<ConnectionInfo, TClient> make, Action answered, CancellationToken ct)
        where TClient : BaseClient
    {
        LoopbackBridge? bridge = null;
        TClient? client = null;
        try
        {
            if (endpoint.Dial is { } dial)
                bridge = new LoopbackBridge(await dial(endpoint.Port, ct).ConfigureAwait(false));
            client = make(Describe(bridge));
            client.KeepAliveInterval = options.KeepAlive;
            await ConnectAsync(client, answered, ct).ConfigureAwait(false);
            return (client, bridge);
        }
        catch
        {
            client?.Dispose();
            if (bridge is not null)
                await bridge.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ConnectAsync(BaseClient client, Action answered, CancellationToken ct)
    {
        HostKeyMismatchException? mismatch = null;
        client.HostKeyReceived += (_, shown) =>
        {
            ShownKey = $"{shown.HostKeyName} {Convert.ToBase64String(shown.HostKey)}";
            shown.CanTrust = expected is null || shown.HostKey.AsSpan().SequenceEqual(expected.Bytes);
            if (!shown.CanTrust && expected is not null)
                mismatch = new HostKeyMismatchException(endpoint.HostName, expected.Fingerprint, HostKey.Describe(shown.HostKeyName, shown.HostKey));
        };
        client.ServerIdentificationReceived += (_, _) =>
        {
            client.ConnectionInfo.Timeout = options.ConnectTimeout;
            answered();
        };
        try
        {
            await ConnectOnThreadAsync(client, ct).ConfigureAwait(false);
        }
        catch (Exception) when (mismatch is not null)
        {
            throw mismatch;
        }
        catch (SshConnectionException error) when (expected is not null && error.DisconnectReason == Renci.SshNet.Messages.Transport.DisconnectReason.KeyExchangeFailed && error.Message.Contains("host key", StringComparison.OrdinalIgnoreCase))
        {
            throw new HostKeyMismatchException(endpoint.HostName, expected.Fingerprint, $"no key of type {expected.Type}");
        }
    }

    // SSH.NET blocks through key exchange and authentication: on the pool's few threads hosts connected at once would wait for each other.
    private static async Task ConnectOnThreadAsync(BaseClient client, CancellationToken ct)
    {
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                client.Connect();
                connected.SetResult();
            }
            catch (Exception error)
            {
                connected.SetException(error);
            }
        })
        { IsBackground = true, Name = "ssh connect" }.Start();
        try
        {
            await connected.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!connected.Task.IsCompleted)
        {
            // Disposing does not interrupt it; it ends by its own timeout at the latest.
            _ = connected.Task.ContinueWith(
                late =>
                {
                    _ = late.Exception;
                    client.Dispose();
                },
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>
    /// Processors do AES-GCM, which needs no separate hash, several times as fast as the default. Exchanges that shall withstand a quantum
    /// computer take twice the time of a whole connection; hosts that insist on one still get it.
    /// </summary>
    private static void PreferFastOnes(ConnectionInfo info)
    {
        Prefer(info.Encryptions, FastCiphers);
        Prefer(info.KeyExchangeAlgorithms, FastKeyExchanges);
    }

    private static void Prefer<T>(IOrderedDictionary<string, T> offered, string[] names)
    {
        var place = 0;
        foreach (var name in names)
        {
            if (offered.TryGetValue(name, out var algorithm) && offered.Remove(name))
                offered.Insert(place++, name, algorithm);
        }
    }

    private ConnectionInfo Describe(LoopbackBridge? bridge)
    {
        if (!File.Exists(endpoint.IdentityFile))
            throw new ConfigurationException($"No SSH private key found at {endpoint.IdentityFile}, which is to open {endpoint.User}@{endpoint.HostName}");
        var authentication = new PrivateKeyAuthenticationMethod(endpoint.User, new PrivateKeyFile(endpoint.IdentityFile));
        var info = new ConnectionInfo(
            bridge is null ? endpoint.Address : "127.0.0.1", bridge?.Port ?? endpoint.Port, endpoint.User, authentication)
        {
            Timeout = options.ConnectTimeout < PatienceForGreeting ? options.ConnectTimeout : PatienceForGreeting,
            MaxSessions = options.MaxSessions + 1,
        };
        PreferFastOnes(info);
        foreach (var offered in expected is null ? [] : info.HostKeyAlgorithms.Keys.Except(expected.Algorithms, StringComparer.Ordinal).ToList())
            info.HostKeyAlgorithms.Remove(offered);
        return info;
    }
}
