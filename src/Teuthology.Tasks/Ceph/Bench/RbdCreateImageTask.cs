using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd.create_image</c>: makes an image in the pool <c>rbd</c> for each client and removes it when the job unwinds. Configuration: a list
/// of clients, or client: {image_name (testimage.ROLE), image_size (10240, in MB), image_format (1)}.
/// </summary>
[Task("rbd.create_image")]
public sealed class RbdCreateImageTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, image) in RbdImages.Of(run))
        {
            var remote = run.Job.Cluster.Single(role);
            var name = image.Get("image_name") as string ?? $"testimage.{role}";
            if (image.Get("encryption_format") is { } encryption and not "none")
                throw run.Wrong($"image '{name}': encryption_format '{encryption}' is not supported yet");
            var format = image.Get("image_format") is { } f ? $"{f}" : "1";
            var words = new List<string> { "rbd", "-p", "rbd", "create", "--size", $"{image.Get("image_size") ?? 10240}", name, "--image-format", format };
            await remote.RunAsync(
                RemoteCommand.Args(words) with { Label = $"create image {name}", Environment = format == "1" ? RbdImages.OldFormat : null }, cancellationToken);
            run.Defer($"remove image {name}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rbd", "-p", "rbd", "--no-progress", "rm", name), ct));
        }
    }
}
