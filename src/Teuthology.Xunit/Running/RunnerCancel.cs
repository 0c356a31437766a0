using System.Reflection;
using Xunit.Abstractions;

namespace Teuthology.Xunit;

/// <summary>
/// Whether the runner (an IDE's stop button) cancelled. xunit 2 tells that only in the answer to a message about a test's progress, and a
/// job sends none for hours; so the question that runners ask themselves before they answer, a <c>Func&lt;bool&gt;</c> named for it, is
/// looked up behind their message sink. A runner without one is simply not heard before the next message.
/// </summary>
internal static class RunnerCancel
{
    private const int MostObjects = 500;

    /// <summary>The runner's question, or one that always says no.</summary>
    /// <param name="sink">Where the runner hears of tests.</param>
    public static Func<bool> Find(IMessageSink sink)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance) { sink };
        var next = new Queue<object>(seen);
        while (next.TryDequeue(out var owner) && seen.Count < MostObjects)
        {
            foreach (var field in Fields(owner.GetType()))
            {
                if (field.GetValue(owner) is not { } value)
                    continue;
                if (value is Func<bool> question && field.Name.Contains("cancel", StringComparison.OrdinalIgnoreCase))
                    return question;
                if (IsOfRunner(value.GetType()) && seen.Add(value))
                    next.Enqueue(value);
            }
        }

        return () => false;
    }

    private static bool IsOfRunner(Type type) => type is { IsClass: true, Namespace: { } home } && home.StartsWith("Xunit", StringComparison.Ordinal);

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && IsOfRunner(type); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }
}
