using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>Progress as lines of a worker's log.</summary>
internal sealed class WorkerProgress(WorkerLog log) : IProgress<string>
{
    public void Report(string value) => log.Info(value);
}
