using System.Globalization;

namespace Teuthology.Lab.Tests;

/// <summary>Finds processes by what they mention; independent of how the product finds them.</summary>
internal static class ProcessesOf
{
    /// <summary>Ids of those with the text in their environment or arguments.</summary>
    public static IReadOnlyList<int> Mentioning(string text) => [.. Directory.EnumerateDirectories("/proc")
        .Where(d => int.TryParse(Path.GetFileName(d), out _))
        .Where(d => Mentions(Path.Combine(d, "environ"), text) || Mentions(Path.Combine(d, "cmdline"), text))
        .Select(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture))];

    private static bool Mentions(string file, string text)
    {
        try
        {
            return File.ReadAllText(file).Contains(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
