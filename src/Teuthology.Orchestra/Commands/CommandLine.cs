using System.Text;

namespace Teuthology.Orchestra;

/// <summary>
/// The line that a command becomes on a host. It first tells, in a mark on standard error, which process leads the command's group:
/// sshd makes every command the leader of its own session, so that number names everything the command starts. Behind sudo the
/// command itself tells its number too, because sudo may give it a session of its own.
/// </summary>
internal sealed class CommandLine
{
    /// <summary>Linux takes 128 KiB for one argument, which is what the line is to the login shell; quoting may grow it fourfold.</summary>
    private const int LongestArgument = 24 * 1024;

    private CommandLine(string text, string mark, int marks, byte[] prefix) => (Text, Mark, Marks, StdinPrefix) = (text, mark, marks, prefix);

    public string Text { get; }

    public string Mark { get; }

    public int Marks { get; }

    /// <summary>What standard input must begin with: the part of a long script that does not fit into the line.</summary>
    public byte[] StdinPrefix { get; }

    public static CommandLine Of(RemoteCommand command, bool sudo, bool hasStdin, string id)
    {
        var body = Body(command, hasStdin);
        byte[] prefix = [];
        if (body.Length > LongestArgument)
        {
            prefix = Encoding.UTF8.GetBytes(body);
            body = $"eval \"$(head -c {prefix.Length})\"";
        }

        var mark = $"teuthology-{id}:";
        var tell = $"printf '\\001{mark}%d\\n' $$ >&2\n";
        if (!sudo)
            return new CommandLine(tell + body, "\u0001" + mark, 1, prefix);
        var shell = command.IsScript ? "\"${SHELL:-/bin/sh}\"" : "/bin/sh";
        return new CommandLine($"{tell}exec sudo -n -- {shell} -c {ShellQuote.Quote(tell + body)}", "\u0001" + mark, 2, prefix);
    }

    /// <summary>What puts a command into its directory and environment.</summary>
    public static string Prolog(RemoteCommand command, string separator)
    {
        var prolog = new StringBuilder();
        if (command.Cwd is { } directory)
            prolog.Append("cd ").Append(ShellQuote.Quote(directory.StartsWith('-') ? "./" + directory : directory)).Append(" || exit").Append(separator);
        foreach (var (name, value) in command.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            prolog.Append("export ").Append(Variable(name)).Append('=').Append(ShellQuote.Quote(value)).Append(separator);
        return prolog.ToString();
    }

    private static string Body(RemoteCommand command, bool hasStdin) =>
        Prolog(command, "\n") + (hasStdin ? "" : "exec </dev/null\n") + (command.IsScript ? "" : command.IsPosix ? "exec /bin/sh -c " : "exec ") + (command.IsPosix ? ShellQuote.Quote(command.Text) : command.Text);

    private static string Variable(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new ConfigurationException($"'{name}' cannot be the name of an environment variable");
        return name;
    }
}
