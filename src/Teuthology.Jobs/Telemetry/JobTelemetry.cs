using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Teuthology.Jobs;

/// <summary>The names under which jobs are seen by OpenTelemetry and other listeners.</summary>
public static class JobTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "Teuthology";

    /// <summary>Spans: a job, its tasks, their commands.</summary>
    internal static readonly ActivitySource Spans = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Jobs that hold an archive and have not ended.</summary>
    internal static readonly UpDownCounter<int> ActiveJobs = Meter.CreateUpDownCounter<int>("teuthology.job.active", "{job}", "Jobs that are open");

    /// <summary>Seconds that jobs took, by status.</summary>
    internal static readonly Histogram<double> JobDuration = Meter.CreateHistogram<double>("teuthology.job.duration", "s", "How long jobs took");

    /// <summary>Seconds that jobs waited for machines.</summary>
    internal static readonly Histogram<double> MachineWait = Meter.CreateHistogram<double>("teuthology.machine.wait", "s", "How long jobs waited for machines");

    /// <summary>Seconds that tasks took to enter or unwind.</summary>
    internal static readonly Histogram<double> TaskDuration = Meter.CreateHistogram<double>("teuthology.task.duration", "s", "How long tasks took to enter or to unwind");

    /// <summary>Seconds that remote commands took.</summary>
    internal static readonly Histogram<double> CommandDuration = Meter.CreateHistogram<double>("teuthology.command.duration", "s", "How long remote commands took");

    /// <summary>Bytes of output of remote commands.</summary>
    internal static readonly Counter<long> CommandOutput = Meter.CreateCounter<long>("teuthology.command.output", "By", "Output of remote commands");
}
