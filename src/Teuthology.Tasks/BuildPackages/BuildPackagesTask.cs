using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>
/// <c>buildpackages</c>: has the packages that the job's tasks <c>install</c> and <c>install.upgrade</c> are going to ask for, before the job's machines are locked.
/// Those that no job built yet are built on a machine of their own, which the same lab gives, a larger one where it has sizes; the job's builder is then this controller.
/// </summary>
/// <param name="lab">Gives the machine.</param>
[Task("buildpackages", Needs = LabFeatures.Root | LabFeatures.OwnRoot)]
public sealed class BuildPackagesTask(ILab lab) : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        BuildPackagesOptions.Read(run);
        WantedBuilds.Of(run.Job);
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var options = BuildPackagesOptions.Read(run);
        var builds = WantedBuilds.Of(run.Job);
        if (builds.Count == 0)
        {
            CephLog.Note(run.Log, "nothing to build: the job installs from repositories of its own");
            return;
        }

        var store = new PackageStore(options.Directory);
        foreach (var build in builds)
            await new PackageBuilding(run, lab, options, store, build).EnsureAsync(cancellationToken);

        var config = run.Job.Config;
        config["package_source"] = "gitbuilder";
        config["gitbuilder_host"] = options.Host ?? run.Job.Shared<PackageDoor>().Give(options.Directory);
        config["baseurl_template"] = BuildTarget.GitbuilderTemplate;
    }
}
