using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>The options that <c>run</c> and <c>suite run</c> have in common.</summary>
internal sealed class RunOptionSet
{
    private readonly Option<string?> _name = new("--name", "-n") { HelpName = "RUN", Description = "Name of the run (default user, time, suite and more, as upstream)" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Owner of the locks (default user@host)" };
    private readonly Option<string?> _archive = new("--archive", "-a") { HelpName = "DIR" };
    private readonly bool _oneJob;
    private readonly Option<double?> _timeout = new("--timeout") { HelpName = "SECONDS", Description = "Most time for a job, 0 for no limit (default $TEUTHOLOGY_JOB_TIMEOUT, else none)" };
    private readonly Option<string[]> _tasks = new("--tasks") { HelpName = "DLL", Description = "Assembly with tasks of your own; may be given several times (besides the site's task_assemblies)" };
    private readonly Option<string?> _python = new("--python-tasks")
    {
        HelpName = "NAMES",
        Description = "Tasks to be run as the Python of the suite's checkout although they are here, too: to compare the two. Commas between names (adds to $TEUTHOLOGY_PYTHON_TASKS)",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Results as one JSON object a line on standard output" };
    private readonly Option<string?> _lab = LabSettings.Kind();

    /// <param name="verb">Gets the options.</param>
    /// <param name="oneJob">Whether the verb runs one job, whose own directory <c>--archive</c> then names, as upstream's.</param>
    public RunOptionSet(Command verb, bool oneJob)
    {
        const string above = "$TEUTHOLOGY_ARCHIVE, else the site's archive_base, else ~/.local/share/teuthology/archive";
        _oneJob = oneJob;
        _archive.Description = oneJob
            ? $"The job's own archive directory (default the job's archive_path, else RUN/1 below {above})"
            : $"Directory that holds the archives of runs (default {above})";
        foreach (var option in new Option[] { _name, _owner, _archive, _tasks, _python, _timeout, _lab, _json })
            verb.Add(option);
    }

    /// <exception cref="ConfigurationException">An option makes no sense.</exception>
    public RunSettings Read(ParseResult line)
    {
        if (line.GetValue(_name) is { } name && (name.Trim().Length == 0 || name.All(char.IsAsciiDigit)))
            throw new ConfigurationException("Please use a more descriptive value for --name");
        return new RunSettings
        {
            Name = line.GetValue(_name),
            Owner = line.GetValue(_owner),
            Archive = _oneJob ? null : line.GetValue(_archive),
            JobArchive = _oneJob ? line.GetValue(_archive) : null,
            TimeoutSeconds = line.GetValue(_timeout),
            TaskAssemblies = line.GetValue(_tasks) ?? [],
            PythonTasks = line.GetValue(_python)?.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [],
            LabKind = line.GetValue(_lab),
            Json = line.GetValue(_json),
            Verbose = line.GetValue<bool>("--verbose"),
        };
    }
}
