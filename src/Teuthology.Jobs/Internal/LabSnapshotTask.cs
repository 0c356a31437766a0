using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// <c>lab.snapshot</c>: keeps the disks of the job's machines as they are now under a name; a later job begins with them by
/// <c>lab: {from-snapshot: NAME}</c>. An older snapshot of that name goes when <c>replace</c> is set.
/// </summary>
[Task("lab.snapshot")]
public sealed class LabSnapshotTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => Read(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var (name, replace) = Read(run);
        var lease = run.Job.Shared<LockedMachines>().Lease ?? throw run.Wrong("the job has no machines: it has no roles");
        var options = new SnapshotOptions { Replace = replace, Without = [run.Job.TestDirectory] };
        var snapshot = await lease.SaveAsync(name, options, new Told(text => JobLog.Note(run.Log, text)), cancellationToken);
        JobLog.Note(run.Log, $"snapshot {snapshot.Name} of {string.Join(", ", snapshot.Machines)}: {DataSize.Tell(snapshot.Bytes)}");
    }

    private static (string Name, bool Replace) Read(TaskRun run)
    {
        switch (run.Config)
        {
            case string { Length: > 0 } name:
                return (name, false);
            case YamlMap map:
                if (map.Keys.FirstOrDefault(key => key is not ("name" or "replace")) is { } unknown)
                    throw run.Wrong($"unknown key '{unknown}'; it may have 'name' and 'replace'", unknown.ToString());
                if (map.Get("name") is not string { Length: > 0 } named)
                    throw run.Wrong("'name' must be the snapshot's name", "name");
                return map.Get("replace") is null or bool ? (named, map.Get("replace") is true) : throw run.Wrong("'replace' must be true or false", "replace");
            default:
                throw run.Wrong("write the snapshot's name: `lab.snapshot: NAME`, or `lab.snapshot: {name: NAME, replace: true}`");
        }
    }

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
