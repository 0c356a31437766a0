using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>
/// Runs the test class for one job, then ends the job whatever happened (xunit does not dispose a class whose <c>InitializeAsync</c> threw),
/// and tells one result for it.
/// </summary>
internal sealed class JobTestRunner(
    JobFlow flow,
    ITest test,
    IMessageBus messageBus,
    Type testClass,
    object[] constructorArguments,
    MethodInfo testMethod,
    IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation)
    : XunitTestRunner(test, messageBus, testClass, constructorArguments, testMethod, [], skipReason: null, beforeAfterAttributes, aggregator, cancellation)
{
    protected override async Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator)
    {
        var ran = await base.InvokeTestAsync(aggregator);
        await aggregator.RunAsync(flow.CloseAsync);
        var verdict = flow.Judge(aggregator.ToException());
        aggregator.Clear();
        if (verdict is not null)
            aggregator.Add(verdict);
        var seconds = flow.Result is { } result ? (decimal)result.Duration.TotalSeconds : ran.Item1;
        return Tuple.Create(seconds, string.Concat(ran.Item2, flow.Output));
    }
}
