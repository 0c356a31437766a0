using System.ComponentModel;
using Teuthology.Suites;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>A job as a test case.</summary>
internal sealed class JobTestCase : SuiteTestCase
{
    private readonly Func<string, bool> _shows = _ => true;
    private readonly bool _isOnlyListed;
    private SuiteJob? _job;

    /// <summary>For deserialisation.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public JobTestCase()
    {
    }

    /// <summary>The case of <paramref name="job"/>.</summary>
    /// <param name="method">The method that runs it.</param>
    /// <param name="job">The job.</param>
    /// <param name="shows">Which traits it has, by name; null for all.</param>
    /// <param name="isOnlyListed">True when it will not be run: then it is not written down for a later process.</param>
    public JobTestCase(ITestMethod method, SuiteJob job, Func<string, bool>? shows = null, bool isOnlyListed = false)
        : base(method)
    {
        _job = job;
        _shows = shows ?? _shows;
        _isOnlyListed = isOnlyListed;
    }

    /// <summary>The job.</summary>
    public SuiteJob Job => _job ?? throw new InvalidOperationException("the case was not read back");

    public override string DisplayName => Job.Description;

    protected override string Identity => Job.Description;

    public override void Serialize(IXunitSerializationInfo info)
    {
        if (_isOnlyListed)
            return;
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

    protected override Dictionary<string, List<string>> MakeTraits() => JobTraits.Of(Job, _shows);
}
