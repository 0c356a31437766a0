using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Teuthology.TestLogger;

/// <summary>
/// VSTest logger <c>teuthology</c>: shows on the user's console what jobs do while they run, and attaches each job's log to its result,
/// for loggers that come after it (trx). With the parameter <c>Ran=FILE</c> it leaves a file when any test ran. VSTest makes it by name;
/// Teuthology.Xunit.targets asks for it.
/// </summary>
[FriendlyName("teuthology")]
[ExtensionUri("logger://teuthology/jobs/v1")]
public sealed class JobLogger : ITestLoggerWithParameters
{
    private ParentWatch? _parent;
    private long _results;

    /// <summary>Begins to listen; the test host is started later.</summary>
    /// <param name="events">What VSTest tells.</param>
    /// <param name="parameters">What was asked for after the logger's name.</param>
    public void Initialize(TestLoggerEvents events, Dictionary<string, string?> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Initialize(events, testRunDirectory: "");
        if (parameters.GetValueOrDefault("Ran") is { Length: > 0 } path)
            events.TestRunComplete += (_, _) => NoteRan(path);
    }

    /// <summary>Begins to listen; the test host is started later.</summary>
    /// <param name="events">What VSTest tells.</param>
    /// <param name="testRunDirectory">Directory of the results; not used.</param>
    public void Initialize(TestLoggerEvents events, string testRunDirectory)
    {
        ArgumentNullException.ThrowIfNull(events);
        var console = new ProgressConsole(Console.Out, colours: !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        var server = ProgressServer.Listen(console.Write);
        Environment.SetEnvironmentVariable(ProgressLink.Variable, server.Path);
        _parent = new ParentWatch(static () => Environment.Exit(1));
        events.TestResult += (_, e) => Take(e.Result);
        events.TestRunComplete += (_, _) => Finish(server);
        events.DiscoveryComplete += (_, _) => Finish(server);
    }

    private void Take(TestResult result)
    {
        _results++;
        LogAttachment.Add(result);
    }

    private void NoteRan(string path)
    {
        if (_results == 0)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, $"{_results}\n");
    }

    private void Finish(ProgressServer server)
    {
        server.Finish();
        _parent?.Dispose();
    }
}
