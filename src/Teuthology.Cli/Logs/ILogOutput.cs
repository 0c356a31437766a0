using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Where chosen lines go.</summary>
internal interface ILogOutput
{
    /// <summary>Before everything: what job this is, how it ended.</summary>
    void Head();

    /// <summary>A task whose lines follow.</summary>
    void Open(TaskPhase phase, int depth);

    /// <summary>Tasks whose lines are hidden; several are the framework's, one after the other.</summary>
    void Folded(IReadOnlyList<TaskPhase> phases, long lines, long errors, int depth);

    /// <summary>A line; <paramref name="task"/> is null outside of tasks.</summary>
    void Line(DateTime time, LogSeverity severity, LogLine line, TaskPhase? task, int depth);

    /// <summary>Lines were left out here, between matches.</summary>
    void Gap();

    /// <summary>A file without times.</summary>
    void Untimed(LogFile file);

    /// <summary>A matching line of such a file.</summary>
    void UntimedLine(LogFile file, string text);

    /// <summary>After everything.</summary>
    void Tail();
}
