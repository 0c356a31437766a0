using Xunit;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>
/// Marks the method that runs one job: every job of the suites directory becomes a test case of its own, named by its description, with
/// the traits <c>Suite</c>, <c>SubSuite</c>, <c>Job</c>, <c>Fragment</c> and <c>Os</c>. The class derives from <see cref="SuiteTests"/>.
/// </summary>
[XunitTestCaseDiscoverer("Teuthology.Xunit.SuiteJobsDiscoverer", "Teuthology.Xunit")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class SuiteJobsAttribute : FactAttribute
{
    /// <summary>Takes all suites.</summary>
    public SuiteJobsAttribute()
    {
    }

    /// <summary>Takes one suite.</summary>
    /// <param name="suite">Its name: a directory of the suites directory.</param>
    public SuiteJobsAttribute(string suite) => Suite = suite;

    /// <summary>The one suite, or null for all.</summary>
    public string? Suite { get; }
}
