using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Teuthology.Cli;

/// <summary>The whole command line: from arguments to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>The program's name.</summary>
    public const string Name = "teuthology";

    /// <summary>Runs one command line.</summary>
    /// <param name="startedAs">File name the program was started under; a classic name stands for a verb.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="terminal">Where to read and write.</param>
    /// <param name="cancellationToken">Ctrl-C: what runs is unwound.</param>
    /// <returns>Exit code.</returns>
    public static async Task<int> RunAsync(
        string startedAs, IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var verbose = false;
        try
        {
            var root = Root(terminal);
            var line = root.Parse(RemoteCommandLine.Protect(ClassicNames.Translate(startedAs, arguments, root)), new ParserConfiguration { ResponseFileTokenReplacer = null });
            verbose = line.GetValue<bool>("--verbose");
            if (line.Action is ParseErrorAction || (line.Action is not HelpScreen && ParseErrors.MistakenOption(line) is not null))
                throw new ConfigurationException(ParseErrors.Describe(line));
            var exitCode = await line.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = terminal.Out,
                    Error = terminal.Error,
                },
                cancellationToken);
            await terminal.Out.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure)
        {
            return ErrorReport.Write(terminal, failure, verbose);
        }
    }

    /// <summary>Every verb.</summary>
    /// <param name="terminal">Where they will read and write.</param>
    public static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("Tests distributed systems, Ceph first, on machines it makes, locks and cleans up.");
        foreach (var verb in Verbs.All(terminal, root))
            root.Add(verb);
        root.Add(new Option<bool>("--verbose", "-v") { Description = "Tell more: log lines, stack traces", Recursive = true });
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Add(new HelpOption("--help", "-h") { Action = new HelpScreen(terminal), Description = "Show this" });
        foreach (var version in root.Options.OfType<VersionOption>())
            version.Description = "Show the version";
        return root;
    }
}
