namespace Teuthology.Cli;

/// <summary>Keeps our hands off the command of <c>lab ssh NODE COMMAND...</c>: its options are not ours.</summary>
internal static class RemoteCommandLine
{
    /// <summary>Puts <c>--</c> behind the machine's name, unless it is there.</summary>
    public static IReadOnlyList<string> Protect(IReadOnlyList<string> arguments)
    {
        if (arguments is not ["lab", "ssh", ..])
            return arguments;
        var node = 2;
        while (node < arguments.Count && arguments[node].StartsWith('-') && arguments[node] != "--")
            node += arguments[node] == "--lab" ? 2 : 1;
        return node >= arguments.Count - 1 || arguments[node] == "--" || arguments[node + 1] == "--"
            ? arguments
            : [.. arguments.Take(node + 1), "--", .. arguments.Skip(node + 1)];
    }
}
