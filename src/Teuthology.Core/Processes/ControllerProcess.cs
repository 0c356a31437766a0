using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Teuthology;

/// <summary>
/// Names one life of one process on this kernel, so that anyone on the same host can tell whether it is over.
/// A process id alone is not enough: ids are used again, and count anew in every boot and container.
/// </summary>
/// <param name="BootId">/proc/sys/kernel/random/boot_id when it ran.</param>
/// <param name="PidNamespace">Its pid namespace, as <c>/proc/PID/ns/pid</c> links to.</param>
/// <param name="ProcessId">Its id in that namespace.</param>
/// <param name="StartTicks">Field 22 of <c>/proc/PID/stat</c>: when it started, in clock ticks since boot.</param>
public sealed record ControllerProcess(string BootId, string PidNamespace, int ProcessId, long StartTicks)
{
    /// <summary>The process that asks.</summary>
    public static ControllerProcess Current { get; } = new(
        CurrentBootId(), CurrentPidNamespace(), Environment.ProcessId, ProcessLife.StartTicks(Environment.ProcessId) ?? 0);

    /// <summary>A process of this host, in this process's pid namespace; null when there is none of that id.</summary>
    /// <param name="processId">Its id.</param>
    public static ControllerProcess? Of(int processId) => ProcessLife.StartTicks(processId) is { } ticks ? Current with { ProcessId = processId, StartTicks = ticks } : null;

    /// <summary>
    /// True when the process is certainly gone, for one that ran on this host: the host was booted since, or <see cref="IsDeadHere"/>.
    /// A process of another container cannot be judged and counts as alive; its lease ends by expiry.
    /// </summary>
    public bool IsDead => BootId != Current.BootId || IsDeadHere;

    /// <summary>
    /// True when the process ran under this kernel in this container, and its id is free or given to another one.
    /// A process of another host, or of an earlier boot of this one, cannot be told apart and counts as alive.
    /// </summary>
    public bool IsDeadHere =>
        BootId == Current.BootId && PidNamespace == Current.PidNamespace && ProcessLife.StartTicks(ProcessId) != StartTicks;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="process">The process it names.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ControllerProcess? process)
    {
        process = null;
        if (text?.Split(' ') is not [var boot, var space, var id, var start]
            || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            || !long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
            return false;
        process = new ControllerProcess(boot, space, processId, ticks);
        return true;
    }

    /// <summary>The four parts, blanks between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BootId} {PidNamespace} {ProcessId} {StartTicks}");

    private static string CurrentBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private static string CurrentPidNamespace() => new FileInfo("/proc/self/ns/pid").LinkTarget ?? "unknown";
}
