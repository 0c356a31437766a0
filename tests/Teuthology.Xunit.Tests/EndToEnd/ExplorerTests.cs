using Microsoft.TestPlatform.VsTestConsole.TranslationLayer;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client.Interfaces;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>Drives VSTest as IDEs do: discovers all, then runs cases by what discovery gave.</summary>
public sealed class ExplorerTests : IDisposable
{
    private const string Settings = "<RunSettings><RunConfiguration/></RunSettings>";
    private readonly Sample _sample = new();

    public ExplorerTests()
    {
        _sample.Job("rbd/a", "tasks: []");
        _sample.Job("rbd/b", "tasks: []");
        _sample.Job("fs/c", "{sleep: 600, unwind: 0.1}");
    }

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Explorer_DiscoversAllAndRunsOneById_IdsStay()
    {
        var first = await DiscoverAsync();
        Assert.Equal(["fs/c", "rbd/a", "rbd/b"], first.Select(c => c.DisplayName).Order());
        var chosen = first.Single(c => c.DisplayName == "rbd/b");
        Assert.Contains(chosen.Traits, t => t is { Name: "Fragment", Value: "b" });

        var results = new Results();
        await WithAsync(console => console.RunTests([chosen], Settings, results));
        var result = Assert.Single(results.All);
        Assert.Equal((chosen.Id, TestOutcome.Passed), (result.TestCase.Id, result.Outcome));
        Assert.Equal(["start rbd/b", "run rbd/b", "unwound rbd/b"], _sample.Steps);

        Assert.Equal(first.ToDictionary(c => c.DisplayName, c => c.Id), (await DiscoverAsync()).ToDictionary(c => c.DisplayName, c => c.Id));
    }

    [Fact]
    public async Task Explorer_StopButton_UnwindsTheJob()
    {
        var chosen = (await DiscoverAsync()).Single(c => c.DisplayName == "fs/c");
        var results = new Results();
        await WithAsync(console =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            var stopping = Task.Run(async () =>
            {
                while (!_sample.Steps.Contains("run fs/c"))
                    await Task.Delay(100, limit.Token);
                console.CancelTestRun();
            });
            console.RunTests([chosen], Settings, results);
            Assert.True(stopping.IsCompletedSuccessfully);
        });
        Assert.Contains("unwound fs/c", _sample.Steps);
    }

    private async Task<List<TestCase>> DiscoverAsync()
    {
        var found = new Cases();
        await WithAsync(console => console.DiscoverTests([Sample.Dll], Settings, found));
        return found.All;
    }

    /// <summary>The wrapper blocks and awaits by turns: it needs a thread without xunit's synchronisation context.</summary>
    private Task WithAsync(Action<VsTestConsoleWrapper> act) => Task.Run(() =>
    {
        var parameters = new ConsoleParameters { EnvironmentVariables = _sample.Variables().ToDictionary(v => v.Name, v => (string?)v.Value), InheritEnvironmentVariables = true };
        var console = new VsTestConsoleWrapper(Sample.Runner, parameters);
        console.StartSession();
        try
        {
            act(console);
        }
        finally
        {
            console.EndSession();
        }
    });

    private sealed class Cases : ITestDiscoveryEventsHandler
    {
        public List<TestCase> All { get; } = [];

        public void HandleDiscoveredTests(IEnumerable<TestCase>? discoveredTestCases) => All.AddRange(discoveredTestCases ?? []);

        public void HandleDiscoveryComplete(long totalTests, IEnumerable<TestCase>? lastChunk, bool isAborted) => All.AddRange(lastChunk ?? []);

        public void HandleLogMessage(TestMessageLevel level, string? message)
        {
        }

        public void HandleRawMessage(string rawMessage)
        {
        }
    }

    private sealed class Results : ITestRunEventsHandler
    {
        public List<TestResult> All { get; } = [];

        public void HandleTestRunComplete(TestRunCompleteEventArgs testRunCompleteArgs, TestRunChangedEventArgs? lastChunkArgs, ICollection<AttachmentSet>? runContextAttachments, ICollection<string>? executorUris) =>
            All.AddRange(lastChunkArgs?.NewTestResults ?? []);

        public void HandleTestRunStatsChange(TestRunChangedEventArgs? testRunChangedArgs) => All.AddRange(testRunChangedArgs?.NewTestResults ?? []);

        public int LaunchProcessWithDebuggerAttached(TestProcessStartInfo testProcessStartInfo) => -1;

        public void HandleLogMessage(TestMessageLevel level, string? message)
        {
        }

        public void HandleRawMessage(string rawMessage)
        {
        }
    }
}
