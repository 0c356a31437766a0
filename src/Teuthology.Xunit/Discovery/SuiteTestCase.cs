using System.Security.Cryptography;
using System.Text;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>
/// A test case that costs little: VSTest's adapter serialises every case it discovers and reads back every one it runs, so a case is a few
/// strings, and its traits and method are found again when asked for.
/// </summary>
internal abstract class SuiteTestCase : IXunitTestCase
{
    private ITestMethod? _method;
    private Dictionary<string, List<string>>? _traits;
    private string? _id;

    /// <summary>For deserialisation.</summary>
    protected SuiteTestCase()
    {
    }

    /// <summary>A case of <paramref name="method"/>.</summary>
    /// <param name="method">The method that all jobs share.</param>
    protected SuiteTestCase(ITestMethod method) => _method = method;

    public abstract string DisplayName { get; }

    public string? SkipReason => null;

    public virtual ISourceInformation? SourceInformation { get; set; }

    public ITestMethod TestMethod => _method ?? throw new InvalidOperationException("the case was not read back");

    public object[] TestMethodArguments => [];

    public Dictionary<string, List<string>> Traits => _traits ??= MakeTraits();

    public string UniqueID => _id ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{TestMethod.TestClass.Class.Name}.{TestMethod.Method.Name}|{Identity}")).AsSpan(0, 20));

    public Exception? InitializationException => null;

    public IMethodInfo Method => TestMethod.Method;

    public int Timeout => 0;

    /// <summary>What tells the case from the method's others, the same in every run.</summary>
    protected abstract string Identity { get; }

    public virtual void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue("a", ((IReflectionTypeInfo)TestMethod.TestClass.Class).Type.Assembly.GetName().Name);
        info.AddValue("c", TestMethod.TestClass.Class.Name);
        info.AddValue("m", Method.Name);
    }

    public virtual void Deserialize(IXunitSerializationInfo info) =>
        _method = TestMethods.Find(info.GetValue<string>("a"), info.GetValue<string>("c"), info.GetValue<string>("m"));

    public abstract Task<RunSummary> RunAsync(IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments, ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource);

    /// <summary>The traits, made once.</summary>
    protected abstract Dictionary<string, List<string>> MakeTraits();
}
