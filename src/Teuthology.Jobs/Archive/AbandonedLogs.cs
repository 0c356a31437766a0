using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Fetches what the machines of a job have for its archive when the job's own process cannot: it hangs.</summary>
/// <param name="machines">A lab whose machines may be among the job's.</param>
/// <param name="site">Key, and how to treat machines without a host key.</param>
/// <param name="log">Log of the connections.</param>
/// <param name="time">Clock.</param>
public sealed class AbandonedLogs(ILab machines, SiteConfig site, ILogger<Remote> log, TimeProvider time)
{
    /// <summary>Fetches into <c>remote/HOST/</c> what the job noted in its <c>info.yaml</c>, from all its machines at once.</summary>
    /// <param name="directory">The job's archive directory.</param>
    /// <param name="limit">How long that may take; what has come by then stays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A line for each machine: what became of it.</returns>
    public async Task<IReadOnlyList<string>> FetchAsync(string directory, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Read(directory, "info.yaml")?.Get("archive") is not YamlMap noted || Read(directory, "config.yaml") is not { } job)
            return ["No archives to transfer."];
        List<RemoteLog> logs = [.. noted.Select(entry => new RemoteLog(entry.Key is "init" ? "" : entry.Key.ToString()!, entry.Value?.ToString() ?? ""))];
        using var end = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        var told = await Task.WhenAll(Target.Read(job, site).Select(target => FetchAsync(target, logs, Path.Combine(directory, "remote", target.ShortName), limit, end.Token, stop.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        LogCompression.Compress(Path.Combine(directory, "remote"), job);
        return told;
    }

    private async Task<string> FetchAsync(Target target, List<RemoteLog> logs, string local, TimeSpan limit, CancellationToken late, CancellationToken cancellationToken)
    {
        try
        {
            await using var lease = await new GivenLab([target], site, machines).AcquireAsync(new MachineRequest { Count = 1, Owner = "", Description = "" }, null, cancellationToken);
            var machine = lease.Machines[0];

            // No guardian: that of the job may hang with it.
            await using var remote = new Remote(
                new RemoteEndpoint
                {
                    HostName = machine.Name, User = machine.User, Address = machine.Address, Port = machine.SshPort,
                    HostKey = machine.HostKey, IdentityFile = machine.IdentityFile, Dial = machine.Dial,
                },
                log,
                new RemoteOptions { Guardian = null, Time = time });
            await remote.ConnectAsync(cancellationToken);
            var sudo = await remote.RunAsync(RemoteCommand.Args("sudo", "-n", "true") with { Label = "look for sudo", CheckStatus = false, Quiet = true }, cancellationToken);
            await RemoteArchive.PullAsync(remote, logs, local, sudo.ExitStatus == 0, cancellationToken);
            return $"Transferred archived files of {target.Host}";
        }
        catch (Exception e) when (e is TeuthologyException or IOException or UnauthorizedAccessException || late.IsCancellationRequested)
        {
            return $"Could not save logs of {target.Host}: {(late.IsCancellationRequested ? $"it took longer than {limit.TotalSeconds:0} s" : e.Message)}";
        }
    }

    private static YamlMap? Read(string directory, string name) =>
        Path.Combine(directory, name) is var file && File.Exists(file) ? YamlLoader.LoadFile(file) as YamlMap : null;
}
