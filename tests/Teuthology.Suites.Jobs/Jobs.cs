using Teuthology.Xunit;

namespace Teuthology.Suites.Jobs;

/// <summary>Every job of suites/ is a test case of this method.</summary>
public sealed class Jobs : SuiteTests
{
    [SuiteJobs]
    public Task Run() => RunJobAsync();
}
