using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>The list of verbs, in the order the help shows them.</summary>
internal static class Verbs
{
    public static IEnumerable<Command> All(Terminal terminal, RootCommand root) =>
    [
        new CompletionVerb(terminal),
        new CompleteVerb(terminal, root),
    ];
}
