using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>Finds the cases of a method marked with <see cref="SuiteJobsAttribute"/>; xunit makes it by name.</summary>
/// <param name="diagnosticMessageSink">Not used; xunit hands it to every discoverer.</param>
public sealed class SuiteJobsDiscoverer(IMessageSink diagnosticMessageSink) : IXunitTestCaseDiscoverer
{
    /// <summary>Set to 1 by our targets for <c>dotnet test --list-tests</c>.</summary>
    internal const string ListOnlyVariable = "TEUTHOLOGY_LIST_ONLY";

    /// <summary>Where xunit hears what is not a test's result.</summary>
    public IMessageSink DiagnosticMessageSink { get; } = diagnosticMessageSink;

    /// <summary>One case per job, in order, lazily.</summary>
    /// <param name="discoveryOptions">xunit's options.</param>
    /// <param name="testMethod">The marked method.</param>
    /// <param name="factAttribute">Its attribute.</param>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        var only = factAttribute.GetNamedArgument<string?>(nameof(SuiteJobsAttribute.Suite));
        var text = FilterSource.Find(Environment.GetEnvironmentVariable, Environment.GetCommandLineArgs());
        var filter = CaseFilter.Parse(text);
        // What the runner is sent takes most of the time of a long list. With a filter it is a command line, not an explorer: who does not ask for
        // fragments need not have them, some twenty for each job; who only lists names needs nothing but what the filter looks at.
        var isOnlyListed = Environment.GetEnvironmentVariable(ListOnlyVariable) == "1";
        Func<string, bool> shows = name => IsAsked(text, name) || (!isOnlyListed && (filter is null || name != JobTraits.Fragment));
        SuiteSettings settings;
        try
        {
            settings = SuiteSettings.Read(((IReflectionTypeInfo)testMethod.TestClass.Class).Type.Assembly, Environment.GetEnvironmentVariable);
        }
        catch (ConfigurationException e)
        {
            return [new RemarkTestCase(testMethod, new TroubleEntry(only ?? "suites", "suites: wrong settings", e.Message), filter)];
        }

        return new SuiteListing(settings, filter, $"{testMethod.TestClass.Class.Name}.{testMethod.Method.Name}").List(only).Select(entry => (IXunitTestCase)(entry switch
        {
            JobEntry job => new JobTestCase(testMethod, job.Job, shows, isOnlyListed),
            RemarkEntry remark => new RemarkTestCase(testMethod, remark, filter),
            _ => throw new InvalidOperationException($"{entry} is no entry of a listing"),
        }));
    }

    private static bool IsAsked(string? filter, string name) => filter?.Contains(name, StringComparison.OrdinalIgnoreCase) == true;
}
