namespace Teuthology.Xunit.Sample;

public sealed class Jobs : SuiteTests
{
    [SuiteJobs]
    public Task Run() => RunJobAsync();
}
