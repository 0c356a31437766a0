using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd.dev_create</c>: maps images of the pool <c>rbd</c> to block devices <c>/dev/rbd/rbd/IMAGE</c> until the job unwinds. Configuration: a list of clients, or
/// client: {image_name (testimage.ROLE)}.
/// </summary>
[Task("rbd.dev_create", Needs = LabFeatures.Root | LabFeatures.OwnRoot)]
public sealed class RbdDevCreateTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        foreach (var (role, image) in RbdImages.Of(run))
        {
            if (image.Get("encryption_format") is { } encryption and not "none")
                throw run.Wrong($"the image of '{role}': encryption_format '{encryption}' is not supported yet");
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, image) in RbdImages.Of(run))
        {
            var remote = run.Job.Cluster.Single(role);
            var name = NameOf(role, image);
            await remote.RunAsync(RemoteCommand.Args("rbd", "--id", Role.Split(role).Id, "-p", "rbd", "map", name) with { Sudo = true, Label = $"map {name}" }, cancellationToken);
            run.Defer($"unmap {name}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rbd", "-p", "rbd", "unmap", GenericFileSystems.RbdDevice(name)) with { Sudo = true, Label = $"unmap {name}" }, ct));
        }
    }

    /// <summary>Name of a client's image.</summary>
    internal static string NameOf(string role, YamlMap image) => image.Get("image_name") as string ?? GenericFileSystems.ImageOf(role);
}
