using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>Networks and cgroups of root labs whose state directory was removed under them: no other command finds those.</summary>
internal sealed class OrphanExamination(LabOptions options) : IExamination
{
    private readonly RootLab _own = new(options);

    public string Area => "leftovers";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            yield break;
        await Task.CompletedTask;
        var networks = Names("/run/netns");
        var groups = RootLab.FindCgroupRoot() is { } root ? Names(root) : [];
        foreach (var id in networks.Union(groups, StringComparer.Ordinal).Where(id => id != _own.Id))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RootLab.DirectoryOf(id) is not { } directory || Directory.Exists(directory))
                continue;
            yield return new Finding(Area, FindingLevel.Warning, $"the lab {id} has lost its state directory {directory}; its machines and its network are still there", "--mend removes them")
            {
                Mend = token => RemoveAsync(id, token),
            };
        }
    }

    private static string[] Names(string directory) => Directory.Exists(directory)
        ? [.. Directory.GetFileSystemEntries(directory, "teuth-*").Select(entry => Path.GetFileName(entry))]
        : [];

    private static async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (RootLab.FindCgroupRoot() is { } root && Path.Combine(root, id) is var group && Directory.Exists(group))
            await Cgroup.RemoveAsync(group, cancellationToken);
        if (File.Exists(Path.Combine("/run/netns", id)))
            await ToolRun.RunAsync("ip", ["netns", "del", id], cancellationToken);
        RootLab.Forget(id);
    }
}
