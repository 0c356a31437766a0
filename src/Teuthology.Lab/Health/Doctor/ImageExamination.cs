using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>The image that machines start from, and snapshots that need it.</summary>
internal sealed class ImageExamination(IReadOnlyList<IProvisioner> kinds) : IExamination
{
    public string Area => "image";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var kind in kinds)
        {
            if (kind is not IMachineImage image || (await kind.DescribeAsync(cancellationToken)).Machines == 0)
                continue;
            yield return !image.ImageExists
                ? new Finding(Area, FindingLevel.Warning, $"the image of the {kind.Kind} lab is not built: the first machine waits minutes for it", "`teuthology lab image build`")
                : Damage(image.ImageDirectory) is { } damage
                    ? new Finding(Area, FindingLevel.Trouble, $"the image {image.ImageDirectory} is damaged: {damage}", "`teuthology lab down`, then `teuthology lab image rm`; the next machine builds it anew")
                    : Finding.Well(Area, $"the image of the {kind.Kind} lab is at {image.ImageDirectory}");
            if (kind is not IMachineSnapshots snapshots)
                continue;
            foreach (var snapshot in snapshots.Snapshots())
            {
                if (Unusable(snapshots, snapshot) is { } reason)
                    yield return new Finding(Area, FindingLevel.Warning, $"a snapshot of {DataSize.Tell(snapshot.Bytes)} is of no use any more: {reason}", $"`teuthology lab snapshots --remove {snapshot.Name}`");
            }
        }
    }

    // Without these no machine comes up, and the error would be a riddle
    private static string? Damage(string directory)
    {
        var image = new LabImage(directory);
        string[] needed = [image.IdentityFile, image.PublicKeyFile, Path.Combine(image.Root, "usr/sbin/sshd"), Path.Combine(image.Root, "usr/bin/bash"), Path.Combine(image.Root, "etc/passwd"), Path.Combine(image.Root, "etc/ssh/sshd_config")];
        return needed.FirstOrDefault(file => !File.Exists(file)) is { } missing ? $"{missing} is missing" : null;
    }

    private static string? Unusable(IMachineSnapshots snapshots, MachineSnapshot snapshot)
    {
        try
        {
            snapshots.Require(snapshot.Name, 1);
            return null;
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }
    }
}
