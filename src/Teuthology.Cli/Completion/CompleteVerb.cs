using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>The hidden verb behind completion: prints what could stand at a place of a command line, one word a line.</summary>
internal sealed class CompleteVerb : Verb
{
    private readonly Argument<int> _position = new("POSITION") { Description = "Cursor, in characters from the start" };
    private readonly Argument<string> _line = new("LINE") { Description = "The whole line as typed" };
    private readonly RootCommand _root;

    public CompleteVerb(Terminal terminal, RootCommand root)
        : base(terminal, "complete", "Print completions of a command line")
    {
        _root = root;
        Hidden = true;
        Add(_position);
        Add(_line);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var typed = line.GetRequiredValue(_line);
        typed = typed[..Math.Clamp(line.GetRequiredValue(_position), 0, typed.Length)];
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return ExitCode.Success;

        var current = typed.EndsWith(' ') || words.Length == 1 ? "" : words[^1];
        var before = words[1..^(current.Length > 0 ? 1 : 0)];
        var arguments = string.Join(' ', ClassicNames.Translate(Path.GetFileName(words[0]), before, _root).Append(current));
        var parsed = _root.Parse(arguments);
        var found = parsed.GetCompletions(arguments.Length).Select(item => item.Label).Where(label => current.Length > 0 || !label.StartsWith('-'));
        if (!current.StartsWith('-') && parsed.CommandResult.Command is Verb verb && !IsValue(verb, before))
            found = found.Concat(await verb.CompleteAsync(parsed, current, cancellationToken));
        foreach (var label in found.Where(label => label.StartsWith(current, StringComparison.Ordinal)).Distinct())
            await Terminal.Out.WriteLineAsync(label.AsMemory(), cancellationToken);

        return ExitCode.Success;
    }

    // behind `--archive` stands a directory, no suite: the shell knows those itself
    private bool IsValue(Verb verb, string[] before) => before.Length > 0 && verb.Options.Concat(_root.Options)
        .Any(option => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) && (option.Name == before[^1] || option.Aliases.Contains(before[^1])));
}
