using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

public sealed class SelfTestsTaskTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    private static readonly string Assembly = typeof(SelfTestsTaskTests).Assembly.Location;

    [Fact]
    public async Task Tests_ThatPass_AreCountedInTheLog()
    {
        var result = await RunAsync($"FullyQualifiedName={typeof(MonAddressesTests).FullName}.{nameof(MonAddressesTests.Assign_SeveralOnOneAddress_CountsPortsUp)}");
        result.ShouldPass();
        Assert.Contains("Stats: {'passed': 1}\n", result.Log());
        Assert.Contains("OK. All tests passed!", result.Log());
    }

    [Fact]
    public async Task Tests_NoneMatches_IsNoPass()
    {
        var result = await RunAsync("FullyQualifiedName=None.Such");
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.StartsWith("no test was run: dotnet test ended with ", result.FailureReason);
    }

    [Fact]
    public async Task Report_OfFailures_NamesThem()
    {
        var directory = Directory.CreateTempSubdirectory("teuthology-trx-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "a.trx"), """
                <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
                <UnitTestResult testName="A.One" outcome="Passed"/><UnitTestResult testName="A.Two" outcome="Failed"/>
                <UnitTestResult testName="A.Three" outcome="NotExecuted"/><UnitTestResult testName="A.Four" outcome="Timeout"/></Results></TestRun>
                """);
            var report = SelfTestReport.Read(directory);
            Assert.Equal(["A.Two", "A.Four"], report.Failures);
            Assert.Equal("{'failed': 2, 'passed': 1, 'skipped': 1}", report.Stats);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private Task<JobResult> RunAsync(string filter) => host.RunAsync($$"""
        tasks:
        - tests: {mode: cli, path: {{Assembly}}, filter: '{{filter}}'}
        """);
}
