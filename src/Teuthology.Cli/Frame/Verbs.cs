using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>The list of verbs, in the order the help shows them.</summary>
internal static class Verbs
{
    public static IEnumerable<Command> All(Terminal terminal, RootCommand root) =>
    [
        new RunVerb(terminal),
        new SuiteVerb(terminal, new SuiteExpandVerb(terminal), new SuiteRunVerb(terminal), new SuiteCoverageVerb(terminal), new SuiteReadinessVerb(terminal)),
        new ScheduleVerb(terminal),
        new WaitVerb(terminal),
        new DescribeVerb(terminal),
        new LsVerb(terminal),
        new ScrapeVerb(terminal),
        new ReportVerb(terminal),
        new PruneLogsVerb(terminal),
        new ExporterVerb(terminal),
        new LogVerb(terminal),
        new CoverageVerb(terminal),
        new ResultsVerb(terminal),
        new TriageVerb(terminal),
        new VerbGroup(
            "lab",
            "The embedded lab of this host: machines to log in to, made and thrown away in seconds",
            new LabUpVerb(terminal),
            new LabStatusVerb(terminal),
            new LabQueueVerb(terminal),
            new LabHistoryVerb(terminal),
            new LabSshVerb(terminal),
            new LabReimageVerb(terminal),
            new LabSnapshotVerb(terminal),
            new LabRestoreVerb(terminal),
            new LabSnapshotsVerb(terminal),
            new LabDownVerb(terminal),
            new LabDoctorVerb(terminal),
            new LabGcVerb(terminal),
            new LabImageVerb(terminal),
            new LabDialVerb(terminal)),
        new OpenStackVerb(terminal, new OpenStackGcVerb(terminal)),
        new ReimageVerb(terminal),
        new NukeVerb(terminal),
        new LockVerb(terminal),
        new UpdateKeysVerb(terminal),
        new UpdateInventoryVerb(terminal),
        new NodeCleanupVerb(terminal),
        new QueueVerb(terminal),
        new WorkerVerb(terminal),
        new DispatcherVerb(terminal),
        new SupervisorVerb(terminal),
        new KillVerb(terminal),
        new ServerVerb(terminal),
        new CompletionVerb(terminal),
        new CompleteVerb(terminal, root),
    ];
}
