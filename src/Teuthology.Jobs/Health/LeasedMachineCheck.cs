using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// Looks at machines that a lease gave and that were not made for it, before the job's own connections: those that do not answer, or are not fit,
/// can still be exchanged for others then.
/// </summary>
internal sealed class LeasedMachineCheck(JobContext job, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong, by machine; told to the lab already.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(IMachineLease lease, CancellationToken cancellationToken)
    {
        if (MachineLimits.Read(job.Config, job.Options.Site) is not { } limits)
            return new Dictionary<string, string>(StringComparer.Ordinal);
        var found = await Task.WhenAll(lease.Machines.Where(machine => machine.IsPhysical).Select(async machine => (machine.Name, Trouble: await LookAsync(machine, limits, cancellationToken))));
        var ill = found.Where(f => f.Trouble.Length > 0).ToDictionary(f => f.Name, f => f.Trouble, StringComparer.Ordinal);
        foreach (var (name, trouble) in ill)
        {
            JobLog.Warn(log, $"machine {name} is not fit for the job: {trouble}");
            await lease.ReportAsync(name, trouble, cancellationToken);
        }

        return ill;
    }

    private async Task<string> LookAsync(Machine machine, MachineLimits limits, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var remote = new Remote(AddRemotesTask.EndpointOf(machine), log, job.Options.Remote with { Guardian = null });
            var asked = job.Time.GetUtcNow();
            var result = await remote.RunAsync(RemoteCommand.Args("sh", "-c", MachineVitals.Script, "sh", job.TestDirectory, "", "") with { Label = "look at the machine", Quiet = true }, patience.Token);
            return string.Join("; ", MachineVitals.Of(HostFact.Parse(result.Stdout), asked, job.Time.GetUtcNow()).Troubles(limits));
        }
        catch (Exception e) when (e is TeuthologyException { Kind: not FailureKind.Configuration } || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return $"it does not answer: {e.Message}";
        }
    }
}
