using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Teuthology.Cli;

/// <summary>The help of a verb: usage, arguments, options, verbs below it, remarks, examples.</summary>
internal sealed class HelpScreen(Terminal terminal) : SynchronousCommandLineAction
{
    private const int WidestLeft = 28;
    private readonly int _width = Math.Clamp(terminal.Width, 60, 110);

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var path = string.Join(' ', PathOf(command));
        Wrap(command.Description ?? "", 0);
        terminal.Out.WriteLine();
        Section("Usage", [($"{path}{Usage(command)}", "")]);
        Section("Arguments", command.Arguments.Where(a => !a.Hidden).Select(a => (a.Name, Describe(a.Description, a))));
        Section("Options", OptionsOf(command).Select(o => (Label(o), Describe(o.Description, o))));
        Section("Verbs", command.Subcommands.Where(s => !s.Hidden).Select(s => (s.Name, s.Description ?? "")));
        if (command is Verb verb)
        {
            foreach (var remark in verb.Remarks)
            {
                Wrap(remark, 0);
                terminal.Out.WriteLine();
            }

            Examples(verb);
        }
        else if (command is RootCommand)
        {
            terminal.Out.WriteLine("`teuthology VERB --help` tells more about a verb, with examples.");
        }

        return ExitCode.Success;
    }

    private static IEnumerable<string> PathOf(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? [CommandLine.Name] : PathOf(parent).Append(command.Name);
    }

    private static IEnumerable<Option> OptionsOf(Command command)
    {
        var inherited = new List<Option>();
        for (var parent = command.Parents.OfType<Command>().FirstOrDefault(); parent is not null; parent = parent.Parents.OfType<Command>().FirstOrDefault())
            inherited.AddRange(parent.Options.Where(option => option.Recursive));
        return command.Options.Concat(inherited).Where(option => !option.Hidden).OrderBy(option => option.Recursive || option is HelpOption or VersionOption);
    }

    private static string Usage(Command command)
    {
        var arguments = command.Arguments.Where(a => !a.Hidden).Select(argument =>
        {
            var name = argument.Arity.MaximumNumberOfValues > 1 ? argument.Name + "..." : argument.Name;
            return argument.Arity.MinimumNumberOfValues == 0 ? $" [{name}]" : $" {name}";
        });
        var verb = command.Subcommands.Any(s => !s.Hidden) ? " VERB" : "";
        return $"{verb}{string.Concat(arguments)} [options]";
    }

    private static string Label(Option option)
    {
        var names = option.Aliases.Where(alias => alias.Length == 2).Append(option.Name);
        var takesValue = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) && option is not HelpOption and not VersionOption;
        return string.Join(", ", names) + (takesValue ? " " + (option.HelpName ?? "VALUE") : "");
    }

    private static string Describe(string? description, Symbol symbol)
    {
        var fallback = symbol switch
        {
            Option { HasDefaultValue: true } option when option.ValueType != typeof(bool) => option.GetDefaultValue(),
            Argument { HasDefaultValue: true } argument => argument.GetDefaultValue(),
            _ => null,
        };
        return fallback is null or "" or Array or false ? description ?? "" : $"{description} (default {fallback})";
    }

    private void Section(string title, IEnumerable<(string Left, string Right)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        terminal.Out.WriteLine($"{title}:");
        var left = Math.Min(WidestLeft, all.Max(row => row.Left.Length));
        foreach (var row in all)
        {
            terminal.Out.Write("  " + row.Left.PadRight(left));
            if (row.Right.Length == 0)
                terminal.Out.WriteLine();
            else if (row.Left.Length > left)
            {
                terminal.Out.WriteLine();
                terminal.Out.Write(new string(' ', left + 4));
                Wrap(row.Right, left + 4);
            }
            else
            {
                terminal.Out.Write("  ");
                Wrap(row.Right, left + 4);
            }
        }

        terminal.Out.WriteLine();
    }

    private void Examples(Verb verb)
    {
        if (verb.Examples.Count == 0)
            return;
        terminal.Out.WriteLine("Examples:");
        foreach (var (line, what) in verb.Examples)
            terminal.Out.WriteLine($"  {line}\n      {what}");
    }

    private void Wrap(string text, int indent)
    {
        var column = indent;
        foreach (var word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > _width)
            {
                terminal.Out.WriteLine();
                terminal.Out.Write(new string(' ', indent));
                column = indent;
            }

            if (column > indent)
            {
                terminal.Out.Write(' ');
                column++;
            }

            terminal.Out.Write(word);
            column += word.Length;
        }

        terminal.Out.WriteLine();
    }
}
