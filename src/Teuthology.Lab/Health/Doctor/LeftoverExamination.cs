using Microsoft.Extensions.Logging.Abstractions;
using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>What killed processes left of this lab: machines that nobody holds, networks, cgroups, mounts, files.</summary>
internal sealed class LeftoverExamination(LabOptions options, IReadOnlyList<IProvisioner> kinds, LeaseStore store) : IExamination
{
    private readonly RootLab _lab = new(options);

    public string Area => "leftovers";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = 0;
        var now = store.Time.GetUtcNow();
        var nodes = await store.ListAsync(cancellationToken);

        // Mounts first: they keep what is below them from being removed
        foreach (var finding in Environment.IsPrivilegedProcess ? await RootAsync(cancellationToken) : [])
        {
            found++;
            yield return finding;
        }

        foreach (var kind in kinds)
        {
            foreach (var machine in await kind.StatusAsync(cancellationToken))
            {
                var record = nodes.FirstOrDefault(n => n.Name == machine.Name && n.MachineType == kind.MachineType);
                if (record is not null && !record.IsUnheld(now) && !(ControllerProcess.TryParse(record.Controller, out var process) && process.IsDead))
                    continue;
                found++;
                yield return new Finding(Area, FindingLevel.Warning, $"the machine {machine.Name} of the {kind.Kind} lab is held by nobody", "`teuthology lab gc`; the next job does it, too")
                {
                    Mend = token => CollectAsync(kind, token),
                };
            }
        }

        if (found == 0)
            yield return Finding.Well(Area, "nothing is left of killed processes");
    }

    private async Task<IReadOnlyList<Finding>> RootAsync(CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        found.AddRange((await File.ReadAllLinesAsync("/proc/self/mountinfo", cancellationToken)).Select(line => line.Split(' ')[4]).Where(IsOurs).Reverse()
            .Select(point => Left($"{point} is mounted in the host's own namespace", token => ToolRun.RunAsync("umount", ["-l", point], token))));
        if (File.Exists(_lab.Hub))
            found.AddRange(await LinksAsync(cancellationToken));
        found.AddRange(Directory.Exists(_lab.Cgroup) ? Directory.GetDirectories(_lab.Cgroup).SelectMany(Group) : []);
        if (Directory.Exists(_lab.Gone) && Directory.EnumerateFileSystemEntries(_lab.Gone).Any())
            found.Add(Left($"{_lab.Gone} holds files of machines that are gone", token => ToolRun.RunAsync("rm", ["-rf", "--one-file-system", "--", _lab.Gone], token)));
        return found;

        bool IsOurs(string point) => point.StartsWith(_lab.Directory + "/", StringComparison.Ordinal);
    }

    private IEnumerable<Finding> Group(string group)
    {
        var name = Path.GetFileName(group);
        if (!Directory.Exists(Path.Combine(_lab.Nodes, name)))
            yield return Left($"the cgroup {group} belongs to no machine", token => Cgroup.RemoveAsync(group, token));
        else if (Cgroup.IsFrozen(group) && FileLock.TryTake(Path.Combine(_lab.Snapshots, ".lock")) is { } free)
        {
            free.Dispose();
            yield return new Finding(Area, FindingLevel.Trouble, $"the machine {name} stands still: whoever made a snapshot of it was killed", "--mend lets it go on")
            {
                Mend = token => File.WriteAllTextAsync(Path.Combine(group, "cgroup.freeze"), "0", token),
            };
        }
    }

    // Each machine has one link at the hub; its other end dies with the machine.
    private async Task<IEnumerable<Finding>> LinksAsync(CancellationToken cancellationToken) =>
        (await ToolRun.RunAsync("ip", ["-n", _lab.Id, "-o", "link", "show", "type", "veth"], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split('@', ':')[0])
            .Where(link => link is ['v', 'n', .. var number] && number.All(char.IsAsciiDigit) && !Directory.Exists(Path.Combine(_lab.Nodes, link[1..])))
            .Select(link => Left($"the link {link} of the network {_lab.Id} belongs to no machine", token => ToolRun.RunAsync("ip", ["-n", _lab.Id, "link", "del", link], token)));

    private Finding Left(string what, Func<CancellationToken, Task> mend) => new(Area, FindingLevel.Warning, what, "--mend removes it") { Mend = mend };

    private async Task CollectAsync(IProvisioner kind, CancellationToken cancellationToken) =>
        await new LeasedLab(kind, store, NullLogger<LeasedLab>.Instance).CollectGarbageAsync(cancellationToken);
}
