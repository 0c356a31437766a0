using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>One build that a job wants: taken from the store, or made on a machine.</summary>
internal sealed class PackageBuilding(TaskRun run, ILab lab, BuildPackagesOptions options, PackageStore store, WantedBuild wanted)
{
    private JobContext Job => run.Job;

    /// <summary>Returns when the store has it.</summary>
    /// <exception cref="TeuthologyException">Kind Product: it cannot be built; Timeout: not in time; Infrastructure: no machine, or no sources.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var sources = new PackageSources(options.GitUrl ?? GitUrl(), store.Sources, run.Log);
        var commit = await sources.CommitAsync(wanted.Reference, cancellationToken);
        CephLog.Note(run.Log, $"{wanted} is {commit}");
        var request = Job.MachinesOfMine(1);

        // A lab may have no such system and give another, as install's machines will be: then the machine tells.
        var told = request.OsType is null ? null : TargetOf(PackageLookup.SystemOf(Job.Config), request.Arch ?? "x86_64");
        if (told is not null && await IsThereAsync(told, commit, cancellationToken))
            return;
        var name = $"{wanted.Project}-{wanted.Flavor}-{commit[..12]}-{told?.Dist ?? "any"}-{request.Arch ?? "any"}";
        using var turn = await store.LockAsync(name, () => CephLog.Note(run.Log, $"waiting: another job builds {wanted}"), cancellationToken);
        if (told is not null && await IsThereAsync(told, commit, cancellationToken))
            return;
        await OnMachineAsync(request, name, sources, commit, cancellationToken);
    }

    private async Task OnMachineAsync(MachineRequest request, string name, PackageSources sources, string commit, CancellationToken cancellationToken)
    {
        await using var lease = await LeaseAsync(request, cancellationToken);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var machine = lease.Machines[0];
        try
        {
            await using var remote = Job.RemoteOf(machine, lease.Fence);
            var facts = await remote.Facts.GetAsync(held.Token);
            var target = TargetOf(facts.Os, facts.Arch);
            if (target.Os.PackageType != "deb")
                throw new TeuthologyException(FailureKind.Configuration, $"{machine.Name} runs {target.Os}: buildpackages makes packages of Debian and Ubuntu alone");
            if (await IsThereAsync(target, commit, held.Token))
                return;
            var scratch = store.Scratch(name);
            try
            {
                await new BuildMachine(run, remote, options).BuildAsync(wanted, target, sources, commit, scratch, held.Token);
                store.Add(target, commit, Path.Combine(scratch, "repository"));
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }

            await IsThereAsync(target, commit, held.Token);
        }
        catch (OperationCanceledException e) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the lease on {machine.Name}, where {wanted} was built, was lost: it expired or somebody broke it", e);
        }
    }

    private async Task<bool> IsThereAsync(BuildTarget target, string commit, CancellationToken cancellationToken)
    {
        if (!store.Has(target, commit))
            return false;
        await store.PointAsync(target, wanted.Reference, commit, cancellationToken);
        CephLog.Note(run.Log, $"{wanted.Project} {await store.VersionAsync(target, commit, cancellationToken)} for {target.Dist} is built");
        return true;
    }

    // The job's own machines are not locked yet, unless it skips the checks before: then it must not wait for a machine while it holds others.
    private async Task<IMachineLease> LeaseAsync(MachineRequest request, CancellationToken cancellationToken)
    {
        request = request with
        {
            MachineType = options.MachineType ?? request.MachineType,
            Wait = request.Wait && Job.Cluster.Remotes.Count == 0,
            Features = LabFeatures.Root | LabFeatures.OwnRoot,
            Needs = options.Good,
        };
        var progress = new Said(run);
        try
        {
            return await lab.AcquireAsync(request, progress, cancellationToken);
        }
        catch (ConfigurationException e) when (options.Good != options.Least)
        {
            CephLog.Note(run.Log, $"no machine to build on has {options.Good} ({e.Message}); one with {options.Least} will do");
            return await lab.AcquireAsync(request with { Needs = options.Least }, progress, cancellationToken);
        }
    }

    private BuildTarget TargetOf(OsFacts system, string arch) => new(wanted.Project, wanted.Flavor, system, arch);

    private string GitUrl() => PackageBuilder.GitUrlOf(wanted.Project, key => (Job.Config.Get(key) ?? Job.Options.Site.All.Get(key)) as string);

    private sealed class Said(TaskRun run) : IProgress<string>
    {
        public void Report(string value) => CephLog.Note(run.Log, value);
    }
}
