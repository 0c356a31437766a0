using System.Collections.Concurrent;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Teuthology.Xunit;

/// <summary>Finds test methods by name, each once: the cases read back share them.</summary>
internal static class TestMethods
{
    private static readonly ConcurrentDictionary<string, ITestAssembly> s_assemblies = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<(string Assembly, string Class, string Method), ITestMethod> s_methods = new();

    /// <summary>The method.</summary>
    /// <param name="assembly">Simple name of its assembly, which is loaded.</param>
    /// <param name="className">Full name of its class.</param>
    /// <param name="method">Its name.</param>
    /// <exception cref="InvalidOperationException">There is no such method any more: the tests were rebuilt since discovery.</exception>
    public static ITestMethod Find(string assembly, string className, string method) => s_methods.GetOrAdd((assembly, className, method), static key =>
    {
        var home = s_assemblies.GetOrAdd(key.Assembly, static name => new TestAssembly(Reflector.Wrap(
            Array.Find(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == name) ?? Assembly.Load(name))));
        var found = home.Assembly.GetType(key.Class) ?? throw Gone(key.Class);
        var collection = new TestCollection(home, null, $"Jobs of {key.Class}");
        return new TestMethod(new TestClass(collection, found), found.GetMethod(key.Method, includePrivateMethod: true) ?? throw Gone($"{key.Class}.{key.Method}"));
    });

    private static InvalidOperationException Gone(string what) => new($"{what} is not in the test assembly any more: discover the tests again.");
}
