using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>A verb of the command line with its examples; parents of verbs have no work of their own.</summary>
internal abstract class Verb : Command
{
    protected Verb(Terminal terminal, string name, string description)
        : base(name, description)
    {
        Terminal = terminal;
        SetAction(RunAsync);
    }

    /// <summary>What the help shows at its end: a command line and what it does.</summary>
    public IReadOnlyList<(string CommandLine, string What)> Examples { get; protected init; } = [];

    /// <summary>Remarks that the help shows before the examples; one paragraph each.</summary>
    public IReadOnlyList<string> Remarks { get; protected init; } = [];

    protected Terminal Terminal { get; }

    /// <summary>Words that could stand for the verb's first argument and have to be looked up: names of runs, machines, suites.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="current">The word at the caret, as far as it is typed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public virtual Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<string>>([]);

    /// <summary>Does the verb's work.</summary>
    protected abstract Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken);
}
