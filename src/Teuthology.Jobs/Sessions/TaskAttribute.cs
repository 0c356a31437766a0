using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>Names a task, as jobs write it.</summary>
/// <param name="name">E.g. <c>install</c>, <c>ceph.restart</c>; <c>-</c> in a job's task names counts as <c>_</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class TaskAttribute(string name) : Attribute
{
    /// <summary>The task's name.</summary>
    public string Name { get; } = name;

    /// <summary>What the lab's machines must be able to do for it.</summary>
    public LabFeatures Needs { get; set; }

    /// <summary>Where its configuration names other tasks, so that they are checked, and their needs counted, before the job starts.</summary>
    public TaskMembers Members { get; set; }
}
