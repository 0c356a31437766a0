using System.Diagnostics;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>tests</c>: runs this framework's own tests by <c>dotnet test</c> on the controller; their output goes to the log, the count to <c>Stats</c> there.
/// Tests that fail let the job fail when it unwinds, with their names as the reason.
/// </summary>
[Task("tests")]
public sealed class SelfTestsTask : JobTask<SelfTestOptions>, ICheckedTask
{
    private const string Solution = "Teuthology.sln";

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<SelfTestOptions>(out var options))
            Target(run, options);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, SelfTestOptions options, CancellationToken cancellationToken)
    {
        var target = Target(run, options);
        var results = Directory.CreateTempSubdirectory("teuthology-tests-").FullName;
        try
        {
            List<string> arguments = ["test", target, "--logger", "trx", "--results-directory", results];
            if (options.Filter is { } filter)
                arguments.AddRange(["--filter", filter]);
            TasksLog.Text(run.Log, $"Running dotnet {ShellQuote.Join(arguments)}");
            var status = await DotnetAsync(run, arguments, cancellationToken);
            var report = SelfTestReport.Read(results);
            run.Defer("judge the tests", (_, _) =>
            {
                Judge(run, status, report);
                return Task.CompletedTask;
            });
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private static string Target(TaskRun run, SelfTestOptions options)
    {
        if (options.Mode == SelfTestMode.Cli && run.Job.Cluster.Remotes.Count > 0)
            throw run.Wrong("Tests requiring remote nodes conflicts with CLI mode", "mode");
        var target = options.Path ?? Above(AppContext.BaseDirectory) ?? throw run.Wrong($"there is no {Solution} above {AppContext.BaseDirectory}: name solution, project or assembly under 'path'", "path");
        return Path.Exists(target) ? Path.GetFullPath(target) : throw run.Wrong($"'path' {Path.GetFullPath(target)} is not there", "path");
    }

    private static void Judge(TaskRun run, int status, SelfTestReport report)
    {
        TasksLog.Text(run.Log, $"Stats: {report.Stats}");
        if (status == 0 && report.Outcomes.Count > 0)
        {
            TasksLog.Text(run.Log, "OK. All tests passed!");
            return;
        }

        TasksLog.Text(run.Log, $"FAIL (exit code {status})");
        throw report switch
        {
            { Failures.Count: > 0 } => new TeuthologyException(FailureKind.Test, $"{report.Failures.Count} Failures: [{string.Join(", ", report.Failures.Select(PythonRepr.Of))}]"),
            { Outcomes.Count: 0 } => new TeuthologyException(FailureKind.Infrastructure, $"no test was run: dotnet test ended with {status}, its output is in the log"),
            _ => new TeuthologyException(FailureKind.Infrastructure, $"dotnet test ended with {status} although no test failed; its output is in the log"),
        };
    }

    private static string? Above(string directory)
    {
        for (var above = new DirectoryInfo(directory); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, Solution)))
                return Path.Combine(above.FullName, Solution);
        }

        return null;
    }

    private static async Task<int> DotnetAsync(TaskRun run, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // What a test runner above this one told its own tests is not for these.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("VSTEST_", StringComparison.Ordinal) || k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return await ControllerProgram.RunAsync(start, line => TasksLog.Text(run.Log, line), cancellationToken);
    }
}
