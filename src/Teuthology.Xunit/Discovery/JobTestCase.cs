using System.ComponentModel;
using Teuthology.Suites;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>A job as a test case.</summary>
internal sealed class JobTestCase : SuiteTestCase
{
    private readonly bool _showsFragments = true;
    private SuiteJob? _job;

    /// <summary>For deserialisation.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public JobTestCase()
    {
    }

    /// <summary>The case of <paramref name="job"/>.</summary>
    /// <param name="method">The method that runs it.</param>
    /// <param name="job">The job.</param>
    /// <param name="showsFragments">False leaves out the traits <c>Fragment</c>: a job has some twenty, most of what the runner is sent.</param>
    public JobTestCase(ITestMethod method, SuiteJob job, bool showsFragments = true)
        : base(method)
    {
        _job = job;
        _showsFragments = showsFragments;
    }

    /// <summary>The job.</summary>
    public SuiteJob Job => _job ?? throw new InvalidOperationException("the case was not read back");

    public override string DisplayName => Job.Description;

    protected override string Identity => Job.Description;

    public override void Serialize(IXunitSerializationInfo info)
    {
        base.Serialize(info);
        info.AddValue("s", Job.Suite);
        info.AddValue("i", Job.Index);
        info.AddValue("d", Job.Description);
        info.AddValue("f", string.Join('\n', Job.Fragments));
    }

    public override void Deserialize(IXunitSerializationInfo info)
    {
        base.Deserialize(info);
        var fragments = info.GetValue<string>("f");
        _job = new SuiteJob(info.GetValue<string>("s"), info.GetValue<long>("i"), info.GetValue<string>("d"), fragments.Length == 0 ? [] : fragments.Split('\n'));
    }

    public override Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource) =>
        new JobTestCaseRunner(this, constructorArguments, messageBus, aggregator, cancellationTokenSource).RunAsync();

    protected override Dictionary<string, List<string>> MakeTraits() => JobTraits.Of(Job, _showsFragments);
}
