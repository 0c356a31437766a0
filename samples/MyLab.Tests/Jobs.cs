using Teuthology.Xunit;

namespace MyLab.Tests;

/// <summary>Every job of suites/ is a test case of this method.</summary>
public sealed class Jobs : SuiteTests
{
    [SuiteJobs]
    public Task Run() => RunJobAsync();
}
