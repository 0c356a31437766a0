using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Host keys as hosts show them, by the program ssh-keyscan of this machine.</summary>
/// <param name="log">Is told what ssh-keyscan complains of.</param>
public sealed class HostKeyScan(ILogger log)
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(30);

    /// <summary>TCP port of sshd.</summary>
    public int Port { get; init; } = 22;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// A key of each host, <c>type base64</c>; of several the first by the alphabet. Upstream's <c>ssh_keyscan</c>: 15 tries a host with pauses
    /// from two seconds up.
    /// </summary>
    /// <param name="hosts">Names or addresses, in full.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PollExhaustedException"><c>'ssh_keyscan HOST' reached maximum tries (15) after waiting for 120 seconds</c>.</exception>
    /// <exception cref="ConfigurationException">ssh-keyscan is not installed here.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ScanAsync(IEnumerable<string> hosts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var keys = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var host in hosts)
        {
            var poll = new Poll { Sleep = TimeSpan.FromSeconds(1), Increment = TimeSpan.FromSeconds(1), Tries = 15, Action = $"ssh_keyscan {host}", Time = Time };
            await poll.UntilAsync(
                async token =>
                {
                    if (await OnceAsync(host, token) is not { } key)
                        return false;
                    keys[host] = key;
                    return true;
                },
                ct);
        }

        return keys;
    }

    /// <summary>As <see cref="ScanAsync"/>, with one try a host and without an error; upstream's <c>_raise=False</c>. Hosts without a key are told: <c>Unable to scan these host keys: …</c>.</summary>
    /// <param name="hosts">Names or addresses, in full.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConfigurationException">ssh-keyscan is not installed here.</exception>
    public async Task<IReadOnlyDictionary<string, string>> TryScanAsync(IEnumerable<string> hosts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var (keys, missing) = (new OrderedDictionary<string, string>(StringComparer.Ordinal), new List<string>());
        foreach (var host in hosts)
        {
            if (await OnceAsync(host, ct) is { } key)
                keys[host] = key;
            else
                missing.Add(host);
        }

        if (missing.Count > 0)
            RemoteLog.Warn(log, $"Unable to scan these host keys: {string.Join(' ', missing)}");
        return keys;
    }

    /// <summary>Waits until a host shows a key; upstream's <c>ssh_keyscan_wait</c>: 100 tries six seconds apart.</summary>
    /// <param name="host">Name or address, in full.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether it did.</returns>
    /// <exception cref="ConfigurationException">ssh-keyscan is not installed here.</exception>
    public Task<bool> WaitAsync(string host, CancellationToken ct) => new Poll { Tries = 100, Action = $"ssh_keyscan_wait {host}", Time = Time, Log = log }.TryUntilAsync(
        async token =>
        {
            if (await OnceAsync(host, token) is not null)
                return true;
            RemoteLog.Note(log, $"try ssh_keyscan again for {host}");
            return false;
        },
        ct);

    private async Task<string?> OnceAsync(string host, CancellationToken ct)
    {
        var (_, output) = await LocalProgram.RunAsync(["ssh-keyscan", "-T", "1", "-p", $"{Port}", host], Answer, ct);
        var keys = new List<string>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            if (line.Split(' ') is [_, var type, var key] && (type.StartsWith("ssh-", StringComparison.Ordinal) || type.StartsWith("ecdsa-", StringComparison.Ordinal)))
                keys.Add($"{type} {key}");
            else
                RemoteLog.Bad(log, line.Trim());
        }

        return keys.Order(StringComparer.Ordinal).FirstOrDefault();
    }
}
