using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>What is to be told about a suite, as one case: it fails when the suite gives no jobs, and is skipped when a part of them is left out.</summary>
internal sealed class RemarkTestCase : SuiteTestCase
{
    private RemarkEntry? _remark;
    private IReadOnlyList<(string Name, string Value)> _asked = [];

    /// <summary>For deserialisation.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public RemarkTestCase()
    {
    }

    /// <summary>The case of <paramref name="remark"/>.</summary>
    /// <param name="method">The method that would run the suite's jobs.</param>
    /// <param name="remark">What is told.</param>
    /// <param name="filter">The filter: the case claims what it asks for, since the suite might have held it and silence would hide it.</param>
    public RemarkTestCase(ITestMethod method, RemarkEntry remark, CaseFilter? filter)
        : base(method)
    {
        _remark = remark;
        _asked = [.. filter?.Asked.Select(c => (c.Property, c.Value)) ?? []];
    }

    public override string DisplayName => Remark.Name;

    protected override string Identity => $"{Remark.Suite}|{(Fails ? "trouble" : "piece")}";

    private bool Fails => Remark is TroubleEntry;

    private RemarkEntry Remark => _remark ?? throw new InvalidOperationException("the case was not read back");

    public override void Serialize(IXunitSerializationInfo info)
    {
        base.Serialize(info);
        info.AddValue("s", Remark.Suite);
        info.AddValue("n", Remark.Name);
        info.AddValue("r", Remark.Reason);
        info.AddValue("t", Fails);
    }

    public override void Deserialize(IXunitSerializationInfo info)
    {
        base.Deserialize(info);
        var (suite, name, reason) = (info.GetValue<string>("s"), info.GetValue<string>("n"), info.GetValue<string>("r"));
        _remark = info.GetValue<bool>("t") ? new TroubleEntry(suite, name, reason) : new PieceEntry(suite, name, reason);
    }

    public override Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        var test = new XunitTest(this, DisplayName);
        messageBus.QueueMessage(new TestCaseStarting(this));
        messageBus.QueueMessage(new TestStarting(test));
        messageBus.QueueMessage(Fails ? new TestFailed(test, 0, "", new XunitException(Remark.Reason)) : new TestSkipped(test, Remark.Reason));
        messageBus.QueueMessage(new TestFinished(test, 0, ""));
        var (failed, skipped) = Fails ? (1, 0) : (0, 1);
        messageBus.QueueMessage(new TestCaseFinished(this, 0, 1, failed, skipped));
        return Task.FromResult(new RunSummary { Total = 1, Failed = failed, Skipped = skipped });
    }

    protected override Dictionary<string, List<string>> MakeTraits()
    {
        var traits = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase) { [JobTraits.Suite] = [Remark.Suite] };
        foreach (var (name, value) in _asked)
        {
            if (name.Equals("FullyQualifiedName", StringComparison.OrdinalIgnoreCase) || name.Equals(JobTraits.Suite, StringComparison.OrdinalIgnoreCase))
                continue;
            if (traits.TryGetValue(name, out var values))
                values.Add(value);
            else
                traits[name] = [value];
        }

        return traits;
    }
}
