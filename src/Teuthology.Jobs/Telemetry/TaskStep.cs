using System.Diagnostics;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>One use of a task in a job, as the journal knows it: where it stands and what ran it.</summary>
internal sealed class TaskStep
{
    private static readonly AsyncLocal<TaskStep?> Ambient = new();

    /// <summary>Number within the job, from 1, in the order of entering.</summary>
    public required int Id { get; init; }

    /// <summary>Name as the job wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>The task that runs this one; null for those of the job itself.</summary>
    public TaskStep? Parent { get; init; }

    /// <summary>Where it stands in the merged job, e.g. <c>tasks[2].sequential[0]</c>; null for the framework's own.</summary>
    public string? Path { get; init; }

    /// <summary>Where its members stand; see <see cref="Path"/>.</summary>
    public string? MembersPath { get; init; }

    /// <summary>Where it stands in the files, if known.</summary>
    public YamlMark? Mark { get; init; }

    /// <summary>Its span: of entering, later of unwinding; null when nobody listens.</summary>
    public Activity? Span { get; set; }

    /// <summary>The task that runs in this flow of control, also behind await and in parallel.</summary>
    public static TaskStep? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Path of an entry that <paramref name="parent"/> runs.</summary>
    public static string? PathOf(TaskEntry entry, TaskStep? parent) => entry.Place switch
    {
        null => null,
        ['[', ..] index => (parent is null ? "tasks" : parent.MembersPath) + index,
        var section => section, // a top-level section that a group names
    };
}
