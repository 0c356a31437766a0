using System.Globalization;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>What each part of a suite needs, by the jobs that a nightly run queues of it.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="tree">The directory of suites.</param>
/// <param name="selection">The suite, or <c>.</c>, and what to take of each part.</param>
/// <param name="readiness">Looks at the jobs, and sums them up.</param>
internal sealed class PartsReadiness(Terminal terminal, SuiteTree tree, SuiteSelection selection, SuiteReadiness readiness)
{
    /// <summary>Writes a line for each part. One that cannot be expanded is told as such, and counts nothing.</summary>
    /// <param name="json">An object for each part.</param>
    /// <param name="cancellationToken">Ends it after a job.</param>
    /// <exception cref="ConfigurationException">There is no such suite, or a fragment cannot be read or merged.</exception>
    public void Write(bool json, CancellationToken cancellationToken)
    {
        foreach (var part in SuiteParts.Of(tree, selection.Suite))
        {
            var (jobs, ready, own) = (readiness.Jobs, readiness.Ready, readiness.Own);
            var mistake = Look(part, cancellationToken);
            (jobs, ready, own) = (readiness.Jobs - jobs, readiness.Ready - ready, readiness.Own - own);
            terminal.Out.WriteLine(json
                ? CanonicalJson.Write(new YamlMap { ["suite"] = part, ["jobs"] = jobs, ["ready"] = ready, ["own_tasks"] = own, ["error"] = mistake })
                : mistake is null
                    ? string.Create(CultureInfo.InvariantCulture, $"{part}: {ready:N0} of {jobs:N0} jobs can be tried, {own:N0} have no task of the checkout")
                    : $"{part}: {mistake}");
        }
    }

    private string? Look(string part, CancellationToken cancellationToken)
    {
        var of = selection with { Suite = part };
        SuiteMatrix matrix;
        try
        {
            matrix = of.Build(tree, null, cancellationToken);
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }

        if (of.Limit == 0 && of.Options.Subset is null)
            of = of with { Limit = (long)matrix.ShortestPiece };
        foreach (var job in of.Jobs(matrix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            readiness.Add(job);
        }

        return null;
    }
}
