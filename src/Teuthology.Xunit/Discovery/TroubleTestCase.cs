using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>A suite that gives no jobs, as one case that fails with the reason.</summary>
internal sealed class TroubleTestCase : SuiteTestCase
{
    private TroubleEntry? _trouble;
    private IReadOnlyList<(string Name, string Value)> _asked = [];

    /// <summary>For deserialisation.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public TroubleTestCase()
    {
    }

    /// <summary>The case of <paramref name="trouble"/>.</summary>
    /// <param name="method">The method that would run the suite's jobs.</param>
    /// <param name="trouble">What is wrong.</param>
    /// <param name="filter">The filter: the case claims what it asks for, since the suite might have held it and silence would hide the trouble.</param>
    public TroubleTestCase(ITestMethod method, TroubleEntry trouble, CaseFilter? filter)
        : base(method)
    {
        _trouble = trouble;
        _asked = [.. filter?.Asked.Select(c => (c.Property, c.Value)) ?? []];
    }

    public override string DisplayName => Trouble.Name;

    protected override string Identity => $"{Trouble.Suite}|trouble";

    private TroubleEntry Trouble => _trouble ?? throw new InvalidOperationException("the case was not read back");

    public override void Serialize(IXunitSerializationInfo info)
    {
        base.Serialize(info);
        info.AddValue("s", Trouble.Suite);
        info.AddValue("n", Trouble.Name);
        info.AddValue("r", Trouble.Reason);
    }

    public override void Deserialize(IXunitSerializationInfo info)
    {
        base.Deserialize(info);
        _trouble = new TroubleEntry(info.GetValue<string>("s"), info.GetValue<string>("n"), info.GetValue<string>("r"));
    }

    public override Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        var test = new XunitTest(this, DisplayName);
        messageBus.QueueMessage(new TestCaseStarting(this));
        messageBus.QueueMessage(new TestStarting(test));
        messageBus.QueueMessage(new TestFailed(test, 0, "", new XunitException(Trouble.Reason)));
        messageBus.QueueMessage(new TestFinished(test, 0, ""));
        messageBus.QueueMessage(new TestCaseFinished(this, 0, 1, 1, 0));
        return Task.FromResult(new RunSummary { Total = 1, Failed = 1 });
    }

    protected override Dictionary<string, List<string>> MakeTraits()
    {
        var traits = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase) { [JobTraits.Suite] = [Trouble.Suite] };
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
