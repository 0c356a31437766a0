namespace Teuthology.Lab;

/// <summary>
/// The machines that a job file gives as its <c>targets</c>: never locked, never imaged, left as they are. They count as able to do anything;
/// what they cannot do shows when a task needs it.
/// </summary>
/// <param name="targets">The machines, in the order of the roles.</param>
/// <param name="site">Key, and how to treat machines without a host key.</param>
/// <param name="embedded">A lab whose machines may be among them, as <c>teuthology lock --list-targets</c> names them.</param>
public sealed class GivenLab(IReadOnlyList<Target> targets, SiteConfig site, ILab embedded) : ILab
{
    private const LabFeatures All = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Fuse | LabFeatures.Systemd;

    private Task<Machine[]>? _looking;

    /// <summary>Looks up names and keys already while the caller prepares what does not need them; <see cref="AcquireAsync"/> tells what went wrong.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public void LookAhead(CancellationToken cancellationToken)
    {
        _looking = LookAsync(targets.Count, cancellationToken);
        _ = _looking.ContinueWith(static looking => looking.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(new LabOffer("given", targets.Count, All, null));

    /// <inheritdoc/>
    public async Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken) =>
        new NoLease([.. (await (_looking ?? LookAsync(request.Count, cancellationToken)).WaitAsync(cancellationToken)).Take(request.Count)], request.Owner);

    private Task<Machine[]> LookAsync(int count, CancellationToken cancellationToken) =>
        Task.WhenAll(targets.Take(count).Select(target => Task.Run(() => MachineOfAsync(target, cancellationToken), cancellationToken)));

    private async Task<Machine> MachineOfAsync(Target target, CancellationToken cancellationToken)
    {
        // A name alone could be another machine's; the key says that it is ours.
        if (target.HostKey is not null && await embedded.FindAsync(target.ShortName, cancellationToken) is { } ours && ours.HostKey == target.HostKey)
            return ours;

        return (await TargetMachine.OfAsync(target, site, cancellationToken)) with { Features = All };
    }

    private sealed class NoLease(IReadOnlyList<Machine> machines, string owner) : IMachineLease
    {
        public IReadOnlyList<Machine> Machines => machines;

        public string Owner => owner;

        public long Fence => 0;

        public CancellationToken Lost => CancellationToken.None;

        public string? LogDirectory => null;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
