using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab history</c>: who held which machine, from when to when.</summary>
internal sealed class LabHistoryVerb : Verb
{
    private readonly Argument<string?> _machine = new("MACHINE") { Description = "Only this machine", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int> _most = new("--limit", "-n") { HelpName = "N", Description = "How many turns at most, the newest first", DefaultValueFactory = _ => 50 };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON array" };

    public LabHistoryVerb(Terminal terminal)
        : base(terminal, "history", "Show who held which machine, from when to when")
    {
        Add(_machine);
        Add(_most);
        Add(_json);
        Remarks =
        [
            $"The last {LeaseStore.TurnsKept.ToString(CultureInfo.InvariantCulture)} turns of each machine are kept. A turn ends `released` by its holder, `broken` by an unlock, `expired` when nobody renewed it, or `dead` when its process was gone.",
        ];
        Examples = [("teuthology lab history smithi001", "Who had it lately"), ("teuthology lab history --limit 500 --json", "For programs")];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        (await LeaseStores.AskAsync(Terminal, store => store.ListAsync(cancellationToken))).Select(node => node.Name);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (name, most) = (line.GetValue(_machine), line.GetValue(_most));
        if (most < 1)
            throw new ConfigurationException("--limit must be 1 or more");
        if (name is not null && (await LeaseStores.AskAsync(Terminal, store => store.ListAsync(cancellationToken))).TrueForAll(node => node.Name != name))
            throw new ConfigurationException($"there is no machine {name}; `teuthology lock --brief --all` lists them");
        var turns = (await LeaseStores.AskAsync(Terminal, store => store.TurnsAsync(name, most, cancellationToken))).OrderByDescending(turn => turn.From).Take(most).ToList();
        if (line.GetValue(_json))
            await Terminal.Out.WriteLineAsync(new JsonArray([.. turns.Select(Json)]).ToJsonString());
        else
            Write(turns);
        return ExitCode.Success;
    }

    private static JsonObject Json(LeaseTurn turn) => new()
    {
        ["name"] = turn.Node,
        ["machine_type"] = turn.MachineType,
        ["locked_by"] = turn.Owner,
        ["description"] = turn.Description,
        ["fence"] = turn.Fence,
        ["from"] = WireTime.Write(turn.From.UtcDateTime),
        ["to"] = WireTime.Write(turn.To.UtcDateTime),
        ["how"] = turn.How,
    };

    private void Write(List<LeaseTurn> turns)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("Machine", "From (UTC)", "To (UTC)", "Ended", "Who", "For");
        foreach (var turn in turns)
            table.AddRow(
                new Text(turn.Node),
                new Text(WireTime.Write(turn.From.UtcDateTime)![..19]),
                new Text(WireTime.Write(turn.To.UtcDateTime)![..19]),
                new Text(turn.How),
                new Text(turn.Owner ?? "?"),
                new Text(turn.Description ?? ""));
        Terminal.Rendered.Write(table);
    }
}
