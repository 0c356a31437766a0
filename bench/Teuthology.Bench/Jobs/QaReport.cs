using System.Globalization;

namespace Teuthology.Bench;

/// <summary>What the runs of one job by both programs have told.</summary>
/// <param name="job">The job.</param>
/// <param name="ours">Our runs.</param>
/// <param name="theirs">Upstream's.</param>
internal sealed class QaReport(QaJob job, IReadOnlyList<QaRun> ours, IReadOnlyList<QaRun> theirs)
{
    // Below this, times are those of the machine's other work.
    private const double Unseen = 0.1;

    /// <summary>Writes tables; tells whether something differs that has no reason.</summary>
    public bool Write(TextWriter to)
    {
        var differs = Kinds(ours) != Kinds(theirs);
        to.WriteLine($"## {job.Name}\n\n| | ours | upstream |\n|---|---|---|");
        to.WriteLine($"| status | {Statuses(ours)} | {Statuses(theirs)} |");
        foreach (var phase in theirs[0].Log.Phases.Concat(ours[0].Log.Phases).Select(phase => phase.Name).Distinct())
            differs |= Times(to, $"s {phase}", run => run.Log.Phases.Where(one => one.Name == phase).Sum(one => one.Seconds));
        differs |= Times(to, "s before and after its tasks", run => run.Seconds - run.Log.Own);
        differs |= Times(to, "s in all", run => run.Seconds);
        to.WriteLine($"| commands | {ours[0].Log.Commands.Count} | {theirs[0].Log.Commands.Count} |");
        if (job.IsOnCeph)
            to.WriteLine($"| orders to the monitors | {ours[0].Orders.Count} | {theirs[0].Orders.Count} |");
        to.WriteLine();

        var lines = QaDifferences.Of(theirs[0].Log.Commands, ours[0].Log.Commands);
        foreach (var reason in lines.Where(line => line.Why is not null).GroupBy(line => line.Why))
            to.WriteLine($"- {reason.Count(line => line.Line[0] == '<')} commands of upstream's, {reason.Count(line => line.Line[0] == '>')} of ours: {reason.Key}");
        foreach (var (line, _) in lines.Where(line => line.Why is null))
            to.WriteLine($"- without a reason: `{line}`");
        var orders = QaDifferences.Lines(theirs[0].Orders, ours[0].Orders);
        foreach (var order in orders)
            to.WriteLine($"- order to the monitors: `{order}`");
        to.WriteLine();
        return differs || lines.Any(line => line.Why is null) || orders.Count > 0;
    }

    private bool Times(TextWriter to, string what, Func<QaRun, double> of)
    {
        var (mine, their) = (Median(ours, of), Median(theirs, of));
        var slower = mine > their + Unseen;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {mine:0.00}{(slower ? " **slower**" : "")} | {their:0.00} |"));
        return slower;
    }

    private static string Statuses(IEnumerable<QaRun> runs) => string.Join(", ", runs.Select(run => run.Status).Distinct());

    private static string Kinds(IEnumerable<QaRun> runs) => string.Join(", ", runs.Select(run => run.Status.Split(':')[0]).Distinct());

    private static double Median(IReadOnlyList<QaRun> runs, Func<QaRun, double> of) => runs.Select(of).Order().ElementAt(runs.Count / 2);
}
