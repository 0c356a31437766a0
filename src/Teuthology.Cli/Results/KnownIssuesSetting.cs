namespace Teuthology.Cli;

/// <summary>Where a site's known issues are: <c>known_issues</c> of its configuration.</summary>
internal static class KnownIssuesSetting
{
    /// <summary>The file; null when the site has none.</summary>
    /// <exception cref="ConfigurationException">The value is no path, or there is no such file.</exception>
    public static string? Read(Terminal terminal, SiteConfig site)
    {
        if (site.All.Get("known_issues") is not { } told)
            return null;
        if (told is not string { Length: > 0 } path)
            throw new ConfigurationException("'known_issues' must be the path of a file", site.All.MarkOf("known_issues"));
        path = terminal.FullPath(path);
        return File.Exists(path) ? path : throw new ConfigurationException($"'known_issues': there is no file {path}", site.All.MarkOf("known_issues"));
    }
}
