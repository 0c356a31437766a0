using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab status</c>: what the lab can do, its machines, who holds and who waits.</summary>
internal sealed class LabStatusVerb : LabVerb
{
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object" };

    public LabStatusVerb(Terminal terminal)
        : base(terminal, "status", "Show the lab: its machines, who holds them, who waits")
    {
        Add(_json);
        Examples = [("teuthology lab status", "For people"), ("teuthology lab status --json", "For programs")];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var offer = await lab.DescribeAsync(cancellationToken);
        var nodes = await lab.Provisioner.StatusAsync(cancellationToken);
        var records = (await lab.Store.ListAsync(cancellationToken)).Where(record => record.MachineType == offer.Kind).ToDictionary(record => record.Name);
        var waiters = (await lab.Store.WaitersAsync(cancellationToken)).Where(waiter => waiter.Terms.MachineTypes is [] || waiter.Terms.MachineTypes.Contains(offer.Kind)).ToList();
        var names = nodes.Select(node => node.Name).Union(records.Values.Where(record => record.Locked || !record.Up || record.Failures > 0).Select(record => record.Name))
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal);
        var rows = names.Select(name => new NodeRow(name, nodes.FirstOrDefault(node => node.Name == name), records.GetValueOrDefault(name))).ToList();
        if (line.GetValue(_json))
            await Terminal.Out.WriteLineAsync(Json(offer, rows, waiters).ToJsonString());
        else
            Write(offer, rows, waiters);
        return ExitCode.Success;
    }

    private static JsonObject Json(LabOffer offer, List<NodeRow> rows, List<WaiterRecord> waiters) => new()
    {
        ["kind"] = offer.Kind,
        ["machines"] = offer.Machines,
        ["features"] = new JsonArray([.. Features(offer).Select(feature => JsonValue.Create(feature))]),
        ["remedy"] = offer.Remedy,
        ["nodes"] = new JsonArray([.. rows.Select(row => row.Json())]),
        ["waiting"] = new JsonArray([.. waiters.Select(waiter => new JsonObject
        {
            ["owner"] = waiter.Owner,
            ["description"] = waiter.Description,
            ["count"] = waiter.Count,
        })]),
    };

    private static IEnumerable<string> Features(LabOffer offer) => Enum.GetValues<LabFeatures>()
        .Where(feature => feature != LabFeatures.None && offer.Features.HasFlag(feature)).Select(feature => feature.ToString());

    private void Write(LabOffer offer, List<NodeRow> rows, List<WaiterRecord> waiters)
    {
        var console = Terminal.Rendered;
        console.WriteLine($"{offer.Kind} lab, {offer.Machines.ToString(CultureInfo.InvariantCulture)} machines at most; they have: {string.Join(", ", Features(offer).DefaultIfEmpty("a shell, no more"))}");
        if (offer.Remedy is not null)
            console.WriteLine($"To have more: {offer.Remedy}");
        if (rows.Count > 0)
        {
            var table = new Table().Border(TableBorder.None).AddColumns("Name", "State", "Address", "Since (UTC)", "Held by", "For");
            foreach (var row in rows)
                table.AddRow(row.Cells());
            console.Write(table);
        }

        foreach (var row in rows.Where(row => row.Trouble is not null))
            console.WriteLine(row.Trouble!);
        foreach (var waiter in waiters)
            console.WriteLine($"{waiter.Owner} waits for {waiter.Count.ToString(CultureInfo.InvariantCulture)}: {waiter.Description}");
    }
}
