namespace Teuthology.Scheduling;

/// <summary>Whole numbers of a site's configuration.</summary>
public static class SiteNumber
{
    /// <summary>Reads one.</summary>
    /// <param name="site">The site's configuration.</param>
    /// <param name="key">The key.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest.</param>
    /// <param name="usual">What it is where the site does not say.</param>
    /// <exception cref="ConfigurationException">It is none, or out of bounds.</exception>
    public static long Whole(SiteConfig site, string key, long least, long most, long usual) => site.All.Get(key) switch
    {
        null => usual,
        long number when number >= least && number <= most => number,
        _ => throw new ConfigurationException($"'{key}' must be a whole number from {least} to {most}", site.All.MarkOf(key)),
    };
}
