using System.Text.RegularExpressions;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Which lines the user wants to see.</summary>
internal sealed record LogSelection
{
    /// <summary>Machines; empty for all.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    public string? Task { get; init; }

    public DateTime? Since { get; init; }

    public DateTime? Until { get; init; }

    public Regex? Grep { get; init; }

    public int Context { get; init; }

    public bool Fold { get; init; } = true;

    public IReadOnlyList<string> Unfold { get; init; } = [];

    /// <summary>Whether a task's lines are hidden behind one line: it ended, well, and nobody asked for it.</summary>
    public bool Folds(TaskPhase phase) =>
        Fold && Grep is null && Task is null && phase is { Error: null, End: not null } && !Unfold.Any(name => Names(name, phase));

    /// <summary>Whether <paramref name="name"/> means the task of <paramref name="phase"/>.</summary>
    public static bool Names(string name, TaskPhase phase) =>
        phase.Path == name || phase.Task.Replace('-', '_') == name.Replace('-', '_');

    public bool InTime(DateTime time) => (Since is null || time >= Since) && (Until is null || time <= Until);

    public bool OfHost(LogLine line) => Hosts.Count == 0 || Hosts.Contains(line.Host);
}
