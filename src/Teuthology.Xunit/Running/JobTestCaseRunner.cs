using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>Runs one job's case: xunit's own steps, with the job's end as the last word on its result.</summary>
internal sealed class JobTestCaseRunner : XunitTestCaseRunner
{
    private readonly JobTestCase _case;
    private readonly SkipBus _bus;

    /// <summary>A runner of <paramref name="testCase"/>.</summary>
    public JobTestCaseRunner(JobTestCase testCase, object[] constructorArguments, IMessageBus bus, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
        : this(testCase, constructorArguments, new SkipBus(bus), aggregator, cancellation)
    {
    }

    private JobTestCaseRunner(JobTestCase testCase, object[] constructorArguments, SkipBus bus, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
        : base(testCase, testCase.DisplayName, skipReason: null, constructorArguments, [], bus, aggregator, cancellation)
    {
        _case = testCase;
        _bus = bus;
    }

    protected override XunitTestRunner CreateTestRunner(ITest test, IMessageBus messageBus, Type testClass, object[] constructorArguments, MethodInfo testMethod, object[] testMethodArguments, string skipReason, IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource) =>
        new JobTestRunner(JobFlow.Required(_case), test, messageBus, testClass, constructorArguments, testMethod, beforeAfterAttributes, aggregator, cancellationTokenSource);

    protected override async Task<RunSummary> RunTestAsync()
    {
        var summary = await base.RunTestAsync();
        summary.Failed -= _bus.Skipped;
        summary.Skipped += _bus.Skipped;
        return summary;
    }
}
