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
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(1);

    protected override async Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator)
    {
        using var ended = new CancellationTokenSource();
        var watch = WatchForCancelAsync(ended.Token);
        var ran = await base.InvokeTestAsync(aggregator);
        await aggregator.RunAsync(flow.CloseAsync);
        await ended.CancelAsync();
        await watch;
        var verdict = flow.Judge(aggregator.ToException());
        aggregator.Clear();
        if (verdict is not null)
            aggregator.Add(verdict);
        var seconds = flow.Result is { } result ? (decimal)result.Duration.TotalSeconds : ran.Item1;
        return Tuple.Create(seconds, string.Concat(ran.Item2, flow.Output));
    }

    /// <summary>
    /// xunit learns that the IDE cancelled only from the answer to a message, and a job sends none for hours. Live output is one that
    /// nobody shows unless asked to.
    /// </summary>
    private async Task WatchForCancelAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            if (!MessageBus.QueueMessage(new TestOutput(Test, "")))
                flow.StopRun();
            await Task.Delay(s_heartbeat, flow.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
