using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>Which libvirt carries the machines of a host, by the names that libvirt's own client configuration gives connections (<c>uri_aliases</c> in libvirt.conf).</summary>
internal static partial class LibvirtAliases
{
    /// <summary>The URI to connect to.</summary>
    /// <param name="host">A <c>vpshost</c>: a connection URI, an alias, or the name of a host.</param>
    /// <param name="files">libvirt's client configurations, the first choice first.</param>
    /// <returns>The URI itself, that of the alias (by its full or its short name), or <c>qemu+ssh://HOST/system?no_tty=1</c>.</returns>
    public static string UriOf(string host, IEnumerable<string> files)
    {
        if (host.Contains(':', StringComparison.Ordinal))
            return host;
        foreach (var aliases in files.Where(File.Exists).Select(file => Read(File.ReadAllText(file))))
        {
            if (aliases.TryGetValue(host, out var uri) || aliases.TryGetValue(host.Split('.')[0], out uri))
                return uri;
        }

        return $"qemu+ssh://{host}/system?no_tty=1";
    }

    /// <summary>Places of libvirt's client configuration, of the user and of the system.</summary>
    public static IReadOnlyList<string> Files()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".config");
        return [Path.Combine(config, "libvirt", "libvirt.conf"), Path.Combine(home, ".libvirt", "libvirt.conf"), "/etc/libvirt/libvirt.conf"];
    }

    /// <summary>The aliases of a configuration: <c>uri_aliases = [ "name=uri", … ]</c>, in either kind of quotes.</summary>
    /// <param name="text">The configuration.</param>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
        var list = List().Match(string.Join('\n', lines));
        return Entry().Matches(list.Groups["entries"].Value).Select(m => m.Groups["entry"].Value.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0].Trim()).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\s*uri_aliases\s*=\s*\[(?<entries>[^\]]*)\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex List();

    [GeneratedRegex("""["'](?<entry>[^"']*)["']""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Entry();
}
