using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page that compares two runs shows.</summary>
internal sealed record CompareView(string? A, string? B, IReadOnlyList<string> Choices, IReadOnlyList<ComparedJob> Jobs, string? Problem)
{
    /// <summary>Jobs by what became of them, what needs a look first.</summary>
    public IEnumerable<IGrouping<string, ComparedJob>> Groups => Jobs.GroupBy(job => job.Change).OrderBy(group => Array.IndexOf(ComparedJob.Changes, group.Key));
}
