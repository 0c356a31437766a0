namespace Teuthology.Jobs;

/// <summary>Where the configuration of a task names other tasks.</summary>
public enum TaskMembers
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>It is a list of tasks and of names of top-level sections (<c>sequential</c>, <c>parallel</c>).</summary>
    List,

    /// <summary>Under its key <c>body</c> (<c>loop</c>).</summary>
    Body,
}
