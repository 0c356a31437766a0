using System.CommandLine;
using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>What <c>worker</c> and <c>dispatcher</c> have in common.</summary>
internal sealed class WorkerOptionSet
{
    private readonly Option<string> _tube = new("--tube", "-t") { HelpName = "TUBE", Description = "Which jobs to take: a machine type, or `multi`", Required = true };
    private readonly Option<string?> _archive = new("--archive-dir", "-a", "--archive") { HelpName = "DIR", Description = "Directory that holds the archives of runs (default $TEUTHOLOGY_ARCHIVE, else the site's archive_base, else ~/.local/share/teuthology/archive)" };
    private readonly Option<string?> _logs = new("--log-dir", "-l") { HelpName = "DIR", Description = "Directory for its own log (default `logs` in the state directory)" };
    private readonly Option<string?> _machineType = new("--machine-type", "-m") { HelpName = "TYPE", Description = "Kind of machine that every job gets, whatever it asks for" };
    private readonly Option<bool> _exit = new("--exit-on-empty-queue") { Description = "End when there are no jobs, and none of its own runs" };
    private readonly Option<string?> _lab = LabSettings.Kind();
    private readonly Terminal _terminal;

    public WorkerOptionSet(Command verb, Terminal terminal)
    {
        _terminal = terminal;
        Queue = new QueueOption(terminal);
        foreach (var option in new Option[] { _tube, _archive, _logs, _exit, _machineType, Queue.Backend, _lab })
            verb.Add(option);
        MachineTypeWords.Complete(_tube, terminal);
        MachineTypeWords.Complete(_machineType, terminal);
    }

    /// <summary>Which queue.</summary>
    public QueueOption Queue { get; }

    /// <param name="line">The line.</param>
    /// <param name="name">Begins the log's name: <c>worker</c>.</param>
    /// <exception cref="ConfigurationException">An option makes no sense.</exception>
    public WorkerOptions Read(ParseResult line, string name)
    {
        var tube = line.GetRequiredValue(_tube);
        if (tube.Contains(','))
            tube = QueuedJob.Tube(tube)!;
        if (tube.Length == 0 || tube.Contains('/'))
            throw new ConfigurationException("--tube must name a machine type");
        var archive = line.GetValue(_archive) is { } given ? _terminal.FullPath(given) : JobOptions.From(_terminal.Environment).ArchiveDirectory;
        if (line.GetValue(_archive) is not null && !Directory.Exists(archive))
            throw new ConfigurationException($"archive directory must exist: {archive}");
        var state = LabSettings.Read(_terminal, null).StateDirectory;
        var logs = line.GetValue(_logs) is { } directory ? _terminal.FullPath(directory) : Path.Combine(state, "logs");
        try
        {
            Directory.CreateDirectory(logs);
            Directory.CreateDirectory(archive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the directories of logs and archives cannot be made: {e.Message}", inner: e);
        }

        return new WorkerOptions
        {
            Tube = tube,
            Archive = archive,
            LogFile = Path.Combine(logs, $"{name}.{tube}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}"),
            ChildrenDirectory = Path.Combine(state, "jobs", name, tube),
            Program = OwnProgram.Path,
            Environment = OwnProgram.Surroundings(_terminal),
            Backend = Queue.Name(line),
            MachineType = line.GetValue(_machineType),
            LabKind = line.GetValue(_lab),
            Verbose = line.GetValue<bool>("--verbose"),
            ExitWhenEmpty = line.GetValue(_exit),
            Site = Queue.Site,
        };
    }
}
