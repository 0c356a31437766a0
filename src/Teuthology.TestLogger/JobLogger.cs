using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Teuthology.TestLogger;

/// <summary>
/// VSTest logger <c>teuthology</c>: shows on the user's console what jobs do while they run, and attaches each job's log to its result,
/// for loggers that come after it (trx). VSTest makes it by name; Teuthology.Xunit.targets asks for it.
/// </summary>
[FriendlyName("teuthology")]
[ExtensionUri("logger://teuthology/jobs/v1")]
public sealed class JobLogger : ITestLogger
{
    private ParentWatch? _parent;

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
        events.TestResult += (_, e) => LogAttachment.Add(e.Result);
        events.TestRunComplete += (_, _) => Finish(server);
        events.DiscoveryComplete += (_, _) => Finish(server);
    }

    private void Finish(ProgressServer server)
    {
        server.Finish();
        _parent?.Dispose();
    }
}
