namespace Teuthology.Scheduling;

/// <summary>Finds the directory of suites in what a user names.</summary>
public static class SuitesDirectory
{
    private static readonly string[] InCheckouts = ["qa/suites", "suites"];

    /// <summary>
    /// The directory itself when it holds the suite, else its <c>qa/suites</c> or <c>suites</c>: a checkout may be named as well.
    /// </summary>
    /// <param name="directory">What the user named.</param>
    /// <param name="suite">The suite that is looked for; null looks for none.</param>
    /// <exception cref="ConfigurationException">There is no such directory.</exception>
    public static string Find(string directory, string? suite)
    {
        if (!Directory.Exists(directory))
            throw new ConfigurationException($"{directory}: there is no such directory");
        var name = suite?.Split('/', ':')[0];
        if (!string.IsNullOrEmpty(name) && Path.Exists(Path.Combine(directory, name)))
            return directory;
        return InCheckouts.Select(below => Path.Combine(directory, below)).FirstOrDefault(Directory.Exists) ?? directory;
    }
}
