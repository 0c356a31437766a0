using System.Diagnostics.CodeAnalysis;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>Options within a check of what goes beyond them.</summary>
internal static class CheckedOptions
{
    /// <summary>The options when they are right; what is wrong with them is told by the job's own check of them.</summary>
    public static bool TryOptions<T>(this TaskRun run, [NotNullWhen(true)] out T? options)
        where T : class
    {
        try
        {
            options = run.Options<T>();
            return true;
        }
        catch (ConfigurationException)
        {
            options = null;
            return false;
        }
    }
}
