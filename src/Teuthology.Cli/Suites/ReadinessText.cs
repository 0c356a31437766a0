using System.Globalization;
using Spectre.Console;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>The totals of what a suite's jobs need.</summary>
internal sealed class ReadinessText(Terminal terminal, string suite, SuiteReadiness readiness, ITaskCatalog catalog)
{
    /// <summary>As one object.</summary>
    public YamlMap Object() => new()
    {
        ["suite"] = suite,
        ["jobs"] = readiness.Jobs,
        ["ready"] = readiness.Ready,
        ["own_tasks"] = readiness.Own,
        ["tasks"] = new YamlList(readiness.Tasks.Select(t => new YamlMap { ["name"] = t.Task, ["jobs"] = t.Jobs, ["here"] = catalog.TryFind(t.Task, out _) })),
        ["missing"] = new YamlList(readiness.Missing.Select(m => new YamlMap
        {
            ["kind"] = m.Need.Word,
            ["name"] = m.Need.Name,
            ["jobs"] = m.Jobs,
            ["alone"] = m.Alone,
            ["reason"] = m.Need.Reason,
        })),
    };

    /// <summary>As text: one line, then a table of what is missing.</summary>
    public void Write()
    {
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{suite}: {readiness.Ready:N0} of {readiness.Jobs:N0} jobs can be tried here"));
        if (!readiness.Missing.Any())
            return;
        var table = new Table().Border(TableBorder.None).AddColumns("Jobs", "Only this", "Kind", "Missing", "Reason");
        foreach (var (need, jobs, alone) in readiness.Missing)
            table.AddRow([new Text(Number(jobs)), new Text(Number(alone)), new Text(need.Word), new Text(need.Name), new Text(need.Reason)]);
        terminal.Rendered.Write(table);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
