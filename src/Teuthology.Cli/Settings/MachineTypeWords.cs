using System.CommandLine;
using System.CommandLine.Completions;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Words that can follow <c>--machine-type</c>: the types of the site's configuration.</summary>
internal static class MachineTypeWords
{
    /// <summary>Has the shell complete them.</summary>
    /// <param name="option">The option.</param>
    /// <param name="terminal">Gives the environment.</param>
    public static void Complete(Option option, Terminal terminal) => option.CompletionSources.Add(_ => Types(terminal).Select(type => new CompletionItem(type)));

    // A configuration that is wrong is told by what is run, not by the shell's completion.
    private static IEnumerable<string> Types(Terminal terminal)
    {
        try
        {
            return [.. MachineTypeTable.Read(SiteConfig.Load(terminal.Environment)).Types.Select(type => type.Name), "embedded"];
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }
}
