using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>What checking a job gives: its tasks, its roles, what machines it needs.</summary>
internal sealed record JobPlan
{
    public required IReadOnlyList<TaskEntry> Tasks { get; init; }

    /// <summary>What comes before the machines are locked.</summary>
    public required PackageChecks Packages { get; init; }

    /// <summary>One item for each machine; empty for a job without machines.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Roles { get; init; }

    /// <summary>Every task that needs something of the machines.</summary>
    public required IReadOnlyList<(TaskEntry Task, LabFeatures Needs)> Needs { get; init; }

    /// <summary>Places of the machines that must have a kernel of their own.</summary>
    public IReadOnlySet<int> OwnKernels { get; init; } = new HashSet<int>();

    /// <summary>What it wants of an embedded lab, or null.</summary>
    public LabSection? Lab { get; init; }

    public LabFeatures Features => Needs.Aggregate(LabFeatures.None, (sum, n) => sum | n.Needs);
}
