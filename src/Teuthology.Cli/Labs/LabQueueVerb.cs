using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab queue</c>: who waits for machines, in which order, and for how long still.</summary>
internal sealed class LabQueueVerb : Verb
{
    private readonly Option<bool> _json = new("--json") { Description = "One JSON array" };

    public LabQueueVerb(Terminal terminal)
        : base(terminal, "queue", "Show who waits for machines, in which order, and for how long")
    {
        Add(_json);
        Remarks =
        [
            "First come first served: nobody takes a machine that somebody who came before might want; machines that nobody in front could use are free for all. The expected time is worked out from how long machines of the type were held before; `unknown` means that nothing tells.",
        ];
        Examples = [("teuthology lab queue", "For people"), ("teuthology lab queue --json", "For programs")];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var places = await LeaseStores.AskAsync(Terminal, store => store.QueueAsync(cancellationToken));
        if (line.GetValue(_json))
            await Terminal.Out.WriteLineAsync(new JsonArray([.. places.Select(Json)]).ToJsonString());
        else
            Write(places);
        return ExitCode.Success;
    }

    private static JsonObject Json(QueuePlace place) => new()
    {
        ["owner"] = place.Waiter.Owner,
        ["description"] = place.Waiter.Description,
        ["count"] = place.Waiter.Count,
        ["machine_types"] = new JsonArray([.. place.Waiter.Terms.MachineTypes.Select(type => JsonValue.Create(type))]),
        ["os_type"] = place.Waiter.Terms.OsType,
        ["os_version"] = place.Waiter.Terms.OsVersion,
        ["arch"] = place.Waiter.Terms.Arch,
        ["since"] = WireTime.Write(place.Waiter.Since.UtcDateTime),
        ["ahead"] = place.Ahead,
        ["expected"] = WireTime.Write(place.ExpectedAt?.UtcDateTime),
    };

    private void Write(List<QueuePlace> places)
    {
        if (places.Count == 0)
        {
            Terminal.Out.WriteLine("nobody waits");
            return;
        }

        var now = Terminal.Time.GetUtcNow();
        var table = new Table().Border(TableBorder.None).AddColumns("Waits", "Expected", "Ahead", "Who", "Wants", "For");
        foreach (var (waiter, ahead, expected) in places)
            table.AddRow(
                new Text(Span(now - waiter.Since)),
                new Text(expected is { } at ? at <= now ? "now" : $"in {Span(at - now)}" : "unknown"),
                new Text(ahead.ToString(CultureInfo.InvariantCulture)),
                new Text(waiter.Owner),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{waiter.Count} {waiter.Terms}")),
                new Text(waiter.Description));
        Terminal.Rendered.Write(table);
    }

    private static string Span(TimeSpan span) => span.TotalHours >= 48
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:F0} d")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span:mm\\:ss}");
}
