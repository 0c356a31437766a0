using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>
/// Runs a method's jobs side by side: started in the order of the list, as many at once as the run allows. A job is a wait for machines,
/// not a thread, so xunit's limit on threads does not count here.
/// </summary>
internal sealed class JobMethodRunner(
    SuiteRun run,
    ITestMethod method,
    IReflectionTypeInfo @class,
    IReflectionMethodInfo methodInfo,
    IEnumerable<IXunitTestCase> cases,
    IMessageSink diagnostics,
    IMessageBus bus,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellation,
    object[] constructorArguments)
    : XunitTestMethodRunner(method, @class, methodInfo, cases, diagnostics, bus, aggregator, cancellation, constructorArguments)
{
    private readonly IMessageSink _diagnostics = diagnostics;
    private readonly object[] _arguments = constructorArguments;

    protected override Task<RunSummary> RunTestCasesAsync() => TestCases.Any(c => c is SuiteTestCase)
        ? Task.Run(RunSideBySideAsync) // away from xunit's synchronisation context, which has few threads
        : base.RunTestCasesAsync();

    private async Task<RunSummary> RunSideBySideAsync()
    {
        using var onCancel = CancellationTokenSource.Token.Register(run.Stop);
        var running = new List<Task<RunSummary>>();
        foreach (var testCase in TestCases)
        {
            if (await run.Slots.EnterAsync() is not { } slot)
                break;
            running.Add(RunOneAsync(testCase, slot));
        }

        var total = new RunSummary();
        foreach (var summary in await Task.WhenAll(running))
            total.Aggregate(summary);
        return total;
    }

    private async Task<RunSummary> RunOneAsync(IXunitTestCase testCase, IDisposable slot)
    {
        using (slot)
        {
            if (testCase is JobTestCase job)
                JobFlow.Current = run.NextFlow(job);
            var arguments = _arguments.Select(a => a is TestOutputHelper ? new TestOutputHelper() : a).ToArray();
            return await testCase.RunAsync(_diagnostics, MessageBus, arguments, new ExceptionAggregator(Aggregator), CancellationTokenSource);
        }
    }
}
