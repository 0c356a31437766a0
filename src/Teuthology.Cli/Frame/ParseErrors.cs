using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Teuthology.Cli;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static partial class ParseErrors
{
    /// <summary>An option that the parser took for a value of an argument; null when there is none.</summary>
    public static string? MistakenOption(ParseResult line) => line.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : line.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(token => token.Value).FirstOrDefault(value => value.Length > 1 && value[0] == '-' && !char.IsAsciiDigit(value[1]));

    /// <summary>The first error, a guess at what was meant, and where to read on.</summary>
    public static string Describe(ParseResult line)
    {
        var command = line.CommandResult.Command;
        var message = string.Join(' ', (line.Errors.FirstOrDefault()?.Message ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        message = Unparsed().Replace(message, "$2 must be a number, not '$1'");
        if (command.Subcommands.Count > 0 && command is not Verb && line.UnmatchedTokens.Count == 0)
            message = $"`{PathOf(line)}` needs one of its verbs: {string.Join(", ", command.Subcommands.Where(s => !s.Hidden).Select(s => s.Name))}";
        else if ((MistakenOption(line) ?? line.UnmatchedTokens.FirstOrDefault()) is { } unknown)
            message = $"unknown {(unknown.StartsWith('-') ? "option" : Noun(command))} `{unknown}`{Guess(unknown, command)}";
        return $"{message}; see `{PathOf(line)} --help`";
    }

    [GeneratedRegex("^Cannot parse argument '(.*)' for option '(.*)' as expected type .*$")]
    private static partial Regex Unparsed();

    private static string Noun(Command command) => command.Subcommands.Count > 0 ? "verb" : "argument";

    private static string PathOf(ParseResult line)
    {
        var names = new List<string>();
        for (var result = line.CommandResult; result is not null; result = result.Parent as CommandResult)
            names.Insert(0, result.Parent is null ? CommandLine.Name : result.Command.Name);
        return string.Join(' ', names);
    }

    private static string Guess(string unknown, Command command)
    {
        var best = command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name)
            .Concat(command.Options.Select(option => option.Name))
            .Select(name => (Name: name, Distance: Distance(name, unknown)))
            .Where(guess => guess.Distance < guess.Name.Length && guess.Distance <= Math.Max(2, unknown.Length / 3))
            .OrderBy(guess => guess.Distance)
            .FirstOrDefault();
        return best.Name is null ? "" : $" (did you mean `{best.Name}`?)";
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
