using System.CommandLine;
using System.Globalization;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab up</c>: machines for a person, held until <c>lab down</c>.</summary>
internal sealed class LabUpVerb : LabVerb
{
    private readonly Option<int> _nodes = new("--nodes", "-n") { HelpName = "N", Description = "How many machines to have", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "Hold them until then at most: 4h, 18:00, tomorrow, \"friday 9:00\" (default: until `lab down`)" };

    public LabUpVerb(Terminal terminal)
        : base(terminal, "up", "Make machines and hold them for yourself until `lab down`")
    {
        Add(_nodes);
        Add(_until);
        Remarks =
        [
            "The first use builds the image that machines start from, which takes minutes; afterwards machines are there in a second or two. Machines that you hold already count and stay as they are.",
        ];
        Examples =
        [
            ("teuthology lab up", "Three machines"),
            ("teuthology lab up --nodes 1", "One is enough"),
            ("teuthology lab up --until tomorrow", "Forgotten machines end by themselves; again with another time moves the end"),
        ];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var wanted = line.GetValue(_nodes);
        if (wanted < 1)
            throw new ConfigurationException("--nodes must be 1 or more");
        DateTimeOffset? until = line.GetValue(_until) is { } end ? HoldEnd.Parse(end, Terminal.Time) : null;
        var offer = await lab.DescribeAsync(cancellationToken);
        if (offer.Machines == 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"this host can have no {offer.Kind} lab: {offer.Remedy}");
        if (wanted > offer.Machines)
            throw new ConfigurationException($"--nodes {wanted.ToString(CultureInfo.InvariantCulture)}: the {offer.Kind} lab has {offer.Machines.ToString(CultureInfo.InvariantCulture)} machines at most (TEUTHOLOGY_LAB_NODES changes that)");

        var progress = new LineProgress(Terminal.Error);
        await lab.Store.RegisterAsync(lab.Provisioner.MachineNames.Select(name => new NodeRecord { Name = name, MachineType = lab.Provisioner.Kind }), cancellationToken);
        await lab.CollectGarbageAsync(cancellationToken);
        await lab.Provisioner.PrepareAsync(progress, cancellationToken);
        var machines = await BringUpAsync(lab, wanted, until, progress, cancellationToken);
        foreach (var machine in machines)
            await Terminal.Out.WriteLineAsync($"{machine.Name} {machine.User}@{machine.Address} teuthology lab ssh {machine.Name}");
        return ExitCode.Success;
    }

    private static async Task<IReadOnlyList<Machine>> BringUpAsync(LeasedLab lab, int wanted, DateTimeOffset? until, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var owner = LabSettings.Owner();
        var held = (await lab.Store.ListAsync(cancellationToken))
            .Where(node => node.MachineType == lab.Provisioner.Kind && IsByHand(node, owner)).Select(node => node.Name).ToList();
        var claim = held.Count >= wanted ? null : await ClaimAsync(lab, wanted - held.Count, owner, until, cancellationToken);
        if (until is not null && held.Count > 0)
            await lab.Store.HoldAsync(owner, held, until, cancellationToken);
        try
        {
            var names = held.Concat(claim?.Nodes ?? []).ToList();
            var machines = await Task.WhenAll(names.Select(async name =>
                await lab.Provisioner.FindAsync(name, cancellationToken) ?? await lab.Provisioner.StartAsync(name, progress, cancellationToken)));
            await lab.Store.RegisterAsync(machines.Select(machine => Facts(machine, lab.Provisioner.Kind)), cancellationToken);
            return machines;
        }
        catch when (claim is not null)
        {
            foreach (var name in claim.Nodes)
                await lab.Provisioner.StopAsync(name, CancellationToken.None);
            await lab.Store.ReleaseAsync(claim);
            throw;
        }
    }

    private static async Task<Lease> ClaimAsync(LeasedLab lab, int count, string owner, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var request = new ClaimRequest
        {
            Count = count,
            Owner = owner,
            Description = ByHand,
            MachineTypes = [lab.Provisioner.Kind],
            Among = lab.Provisioner.MachineNames,
            Duration = Timeout.InfiniteTimeSpan,
            Until = until,
            Controller = null,
        };
        return await lab.Store.TryClaimAsync(request, cancellationToken)
            ?? throw new TeuthologyException(FailureKind.Infrastructure, $"too few machines are free for {count.ToString(CultureInfo.InvariantCulture)} more, or jobs wait for them; `teuthology lab status` tells who holds them");
    }
}
