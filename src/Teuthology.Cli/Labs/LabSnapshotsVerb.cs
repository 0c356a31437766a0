using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab snapshots</c>: which there are and what they take; removes them.</summary>
internal sealed class LabSnapshotsVerb : LabVerb
{
    private readonly Option<string[]> _remove = new("--remove") { HelpName = "NAME", Description = "Remove these", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON array" };

    public LabSnapshotsVerb(Terminal terminal)
        : base(terminal, "snapshots", "List the snapshots of machines, or remove some")
    {
        Add(_remove);
        Add(_json);
        Remarks = ["A snapshot can be used only on the image that it was made on; `usable` says whether that is still the lab's. `lab gc --unused DAYS` and `--space SIZE` remove those that are not worth their space."];
        Examples = [("teuthology lab snapshots", "All, with what they take"), ("teuthology lab snapshots --remove base old", "Two less")];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var snapshots = lab.Snapshots;
        if (line.GetValue(_remove) is { Length: > 0 } names)
        {
            foreach (var name in names.Distinct(StringComparer.Ordinal))
                await snapshots.RemoveSnapshotAsync(name, cancellationToken);
            return ExitCode.Success;
        }

        var all = snapshots.Snapshots();
        if (line.GetValue(_json))
            await Terminal.Out.WriteLineAsync(new JsonArray([.. all.Select(snapshot => Json(snapshot, Usable(snapshots, snapshot)))]).ToJsonString());
        else
            Write(snapshots, all);
        return ExitCode.Success;
    }

    private static bool Usable(IMachineSnapshots snapshots, MachineSnapshot snapshot)
    {
        try
        {
            snapshots.Require(snapshot.Name, 1);
            return true;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static JsonObject Json(MachineSnapshot snapshot, bool usable) => new()
    {
        ["name"] = snapshot.Name,
        ["machines"] = new JsonArray([.. snapshot.Machines.Select(name => JsonValue.Create(name))]),
        ["bytes"] = snapshot.Bytes,
        ["made"] = WireTime.Write(snapshot.Made.UtcDateTime),
        ["used"] = WireTime.Write(snapshot.Used.UtcDateTime),
        ["image"] = snapshot.Image,
        ["usable"] = usable,
    };

    private void Write(IMachineSnapshots snapshots, IReadOnlyList<MachineSnapshot> all)
    {
        var console = Terminal.Rendered;
        if (all.Count == 0)
        {
            console.WriteLine("There are none; `teuthology lab snapshot NAME` keeps the machines that you hold.");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("Name", "Machines", "Size", "Made (UTC)", "Last used (UTC)", "Usable");
        foreach (var one in all)
        {
            table.AddRow(
                new Text(one.Name),
                new Text(string.Join(' ', one.Machines)),
                new Text(DataSize.Tell(one.Bytes)),
                new Text(WireTime.Write(one.Made.UtcDateTime)![..19]),
                new Text(WireTime.Write(one.Used.UtcDateTime)![..19]),
                new Text(Usable(snapshots, one) ? "yes" : "no: other image"));
        }

        console.Write(table);
        console.WriteLine($"{DataSize.Tell(all.Sum(one => one.Bytes))} in all");
    }
}
