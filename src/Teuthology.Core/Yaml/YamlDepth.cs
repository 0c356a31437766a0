using System.Runtime.CompilerServices;

namespace Teuthology.Yaml;

/// <summary>Ends recursion over values before the stack does.</summary>
internal static class YamlDepth
{
    /// <summary>Called on each level.</summary>
    /// <exception cref="ConfigurationException">Little stack is left: the value contains itself, or nests tens of thousands of levels deep.</exception>
    public static void Check()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new ConfigurationException("the value is nested too deeply; does an alias (or a script) make it a part of itself?");
    }
}
