using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab down</c>: takes the machines of <c>lab up</c> away, and the lab with them when no job uses it.</summary>
internal sealed class LabDownVerb : LabVerb
{
    private static readonly TimeSpan Removal = TimeSpan.FromMinutes(5);

    private readonly Option<bool> _force = new("--force") { Description = "Take the machines of others and of running jobs away too; those jobs end dead" };

    public LabDownVerb(Terminal terminal)
        : base(terminal, "down", "Take your machines away; the image stays")
    {
        Add(_force);
        Remarks = ["When nobody else holds a machine, everything the lab made goes: machines, network, mounts, processes. Machines of running jobs stay, and so does what they need."];
        Examples = [("teuthology lab down", "The end of `lab up`"), ("teuthology lab down --force", "Whoever holds what")];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var owner = LabSettings.Owner();
        await lab.Store.ReclaimAsync(cancellationToken);
        var held = (await lab.Store.ListAsync(cancellationToken)).Where(node => node.MachineType == lab.Provisioner.Kind && node.Locked).ToList();
        var mine = held.Where(node => line.GetValue(_force) || IsByHand(node, owner)).ToList();
        await Task.WhenAll(mine.Select(node => lab.Provisioner.StopAsync(node.Name, cancellationToken)));
        foreach (var holder in mine.Where(node => node.LockedBy is not null).GroupBy(node => node.LockedBy!))
            await lab.Store.BreakAsync(holder.Key, [.. holder.Select(node => node.Name)], cancellationToken);

        await lab.CollectGarbageAsync(cancellationToken);
        if (!await TakeAllDownAsync(lab, cancellationToken))
            await Terminal.Error.WriteLineAsync("Others hold machines of the lab; yours are gone, theirs stay. `teuthology lab status` lists them.");
        return ExitCode.Success;
    }

    // All machines are claimed meanwhile: a job that comes in this moment waits, and then makes the lab anew.
    private static async Task<bool> TakeAllDownAsync(LeasedLab lab, CancellationToken cancellationToken)
    {
        var names = lab.Provisioner.MachineNames;
        await lab.Store.RegisterAsync(names.Select(name => new NodeRecord { Name = name, MachineType = lab.Provisioner.Kind }), cancellationToken);
        var up = (await lab.Store.ListAsync(cancellationToken)).Where(node => node.Up).Select(node => node.Name).Intersect(names).ToList();
        if (up.Count == 0)
            return false;
        var request = new ClaimRequest
        {
            Count = up.Count,
            Owner = LabSettings.Owner(),
            Description = "teuthology lab down",
            MachineTypes = [lab.Provisioner.Kind],
            Among = up,
            Duration = Removal,
        };
        if (await lab.Store.TryClaimAsync(request, cancellationToken) is not { } claim)
            return false;
        try
        {
            await lab.Provisioner.DownAsync(cancellationToken);
            return true;
        }
        finally
        {
            await lab.Store.ReleaseAsync(claim);
        }
    }
}
