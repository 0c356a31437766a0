using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>xunit's framework with jobs side by side; other tests of the assembly run as ever. Teuthology.Xunit.targets puts it in place.</summary>
/// <param name="messageSink">Where xunit hears what is not a test's result.</param>
public sealed class SuiteTestFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    /// <summary>The executor for the tests of <paramref name="assemblyName"/>.</summary>
    /// <param name="assemblyName">The test assembly.</param>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics) : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
#pragma warning disable VSTHRD100, MA0155 // xunit's signature
        protected override async void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
#pragma warning restore VSTHRD100, MA0155
        {
            var cases = testCases.OrderBy(c => (c as JobTestCase)?.Job.Suite, StringComparer.Ordinal).ThenBy(c => (c as JobTestCase)?.Job.Index ?? 0).ToList();
            await using var run = new SuiteRun(((IReflectionAssemblyInfo)TestAssembly.Assembly).Assembly, cases.OfType<JobTestCase>().Select(c => c.Job).ToList(), RunnerCancel.Find(executionMessageSink));
            using var runner = new JobAssemblyRunner(run, TestAssembly, cases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class JobAssemblyRunner(SuiteRun run, ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageSink execution, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, cases, diagnostics, execution, options)
    {
        protected override Task<RunSummary> RunTestCollectionAsync(IMessageBus messageBus, ITestCollection testCollection, IEnumerable<IXunitTestCase> testCases, CancellationTokenSource cancellationTokenSource) =>
            new JobCollectionRunner(run, testCollection, testCases, DiagnosticMessageSink, messageBus, TestCaseOrderer, new ExceptionAggregator(Aggregator), cancellationTokenSource).RunAsync();
    }

    private sealed class JobCollectionRunner(SuiteRun run, ITestCollection collection, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageBus bus, ITestCaseOrderer orderer, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
        : XunitTestCollectionRunner(collection, cases, diagnostics, bus, orderer, aggregator, cancellation)
    {
        protected override Task<RunSummary> RunTestClassAsync(ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases) =>
            new JobClassRunner(run, testClass, @class, testCases, DiagnosticMessageSink, MessageBus, Ordered(testCases), new ExceptionAggregator(Aggregator), CancellationTokenSource, CollectionFixtureMappings).RunAsync();

        private ITestCaseOrderer Ordered(IEnumerable<IXunitTestCase> cases) => cases.Any(c => c is JobTestCase) ? new ListOrder() : TestCaseOrderer;
    }

    private sealed class JobClassRunner(SuiteRun run, ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageBus bus, ITestCaseOrderer orderer, ExceptionAggregator aggregator, CancellationTokenSource cancellation, IDictionary<Type, object> fixtures)
        : XunitTestClassRunner(testClass, @class, cases, diagnostics, bus, orderer, aggregator, cancellation, fixtures)
    {
        protected override Task<RunSummary> RunTestMethodAsync(ITestMethod testMethod, IReflectionMethodInfo method, IEnumerable<IXunitTestCase> testCases, object[] constructorArguments) =>
            new JobMethodRunner(run, testMethod, Class, method, testCases, DiagnosticMessageSink, MessageBus, new ExceptionAggregator(Aggregator), CancellationTokenSource, constructorArguments).RunAsync();
    }

    /// <summary>xunit shuffles cases by a hash; jobs go in the order of their suite.</summary>
    private sealed class ListOrder : ITestCaseOrderer
    {
        public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
            where TTestCase : ITestCase => testCases;
    }
}
