using System.CommandLine;

namespace Teuthology.Cli;

/// <summary>The names of upstream's programs, each of which stands for a verb of ours.</summary>
internal static class ClassicNames
{
    private const string Prefix = CommandLine.Name + "-";

    private static readonly Dictionary<string, string[]> Renamed = new(StringComparer.Ordinal)
    {
        ["describe-tests"] = ["describe"],
    };

    /// <summary>Every classic name that has a verb.</summary>
    /// <param name="root">The verbs.</param>
    public static IEnumerable<string> Known(RootCommand root) => root.Subcommands
        .Where(verb => !verb.Hidden && verb.Name is not ("run" or "lab" or "server" or "completion"))
        .Select(verb => Prefix + verb.Name)
        .Concat(Renamed.Keys.Where(name => IsVerb(root, Renamed[name][0])).Select(name => Prefix + name));

    /// <summary>
    /// Puts the verb in front of the arguments when the program was started under a classic name, and <c>run</c> in front of those of upstream's
    /// <c>teuthology [options] job.yaml</c>: their first word is a job file, or <c>-</c>, where the verb should be.
    /// </summary>
    /// <exception cref="ConfigurationException">A classic name without a verb.</exception>
    public static IReadOnlyList<string> Translate(string startedAs, IReadOnlyList<string> arguments, RootCommand root)
    {
        if (startedAs.StartsWith(Prefix, StringComparison.Ordinal))
            return Rerouted([.. VerbFor(startedAs, root), .. arguments]);
        return root.Subcommands.FirstOrDefault(verb => verb.Name == "run") is { } run && FirstWord(arguments, run) is { } word && IsJobFile(word, root)
            ? ["run", .. arguments]
            : arguments;
    }

    // Old dispatchers call the supervisor so.
    private static IReadOnlyList<string> Rerouted(IReadOnlyList<string> arguments) =>
        arguments is ["dispatcher", ..] && arguments.Contains("--supervisor") ? ["supervisor", .. arguments.Skip(1).Where(word => word != "--supervisor")] : arguments;

    // The value of an option is no word: `--owner me job.yaml`.
    private static string? FirstWord(IReadOnlyList<string> arguments, Command run)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
                return i + 1 < arguments.Count ? arguments[i + 1] : null;
            if (arguments[i].Length < 2 || arguments[i][0] != '-')
                return arguments[i];
            if (run.Options.FirstOrDefault(option => option.Name == arguments[i] || option.Aliases.Contains(arguments[i])) is { Arity.MinimumNumberOfValues: > 0 })
                i++;
        }

        return null;
    }

    private static string[] VerbFor(string startedAs, RootCommand root)
    {
        var name = startedAs[Prefix.Length..];
        if (Renamed.TryGetValue(name, out var verb))
            return verb;
        return IsVerb(root, name)
            ? [name]
            : throw new ConfigurationException($"started as {startedAs}, but there is no verb {name}; see {CommandLine.Name} --help");
    }

    private static bool IsVerb(RootCommand root, string name) => root.Subcommands.Any(verb => verb.Name == name);

    // A file without such an ending is one when no verb has its name.
    private static bool IsJobFile(string argument, RootCommand root) =>
        argument == "-" || (File.Exists(argument) && !IsVerb(root, argument)) || argument.EndsWith(".yaml", StringComparison.Ordinal) || argument.EndsWith(".yml", StringComparison.Ordinal);
}
