using System.Text;

namespace Teuthology.Scheduling;

/// <summary>The programs of this project, and upstream's, that run on this host.</summary>
internal static class HostProcesses
{
    /// <summary>Dispatchers and workers by tube.</summary>
    public static IReadOnlyList<string> Tubes() =>
        [.. CommandLines().Where(words => words.Any(word => word is "dispatcher" or "worker" || word.EndsWith("teuthology-dispatcher", StringComparison.Ordinal) || word.EndsWith("teuthology-worker", StringComparison.Ordinal)))
            .Select(words => ValueOf(words, "--tube", "-t")).OfType<string>()];

    /// <summary>Processes that run a scheduled job.</summary>
    public static int Jobs() => CommandLines().Count(words =>
        words.Contains("--archive") && words.Contains("--name") && ValueOf(words, "--owner")?.StartsWith("scheduled_", StringComparison.Ordinal) == true);

    private static IEnumerable<string[]> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            var words = Read(process);
            if (words.Take(3).Any(word => Path.GetFileName(word).StartsWith("teuthology", StringComparison.Ordinal)))
                yield return words;
        }
    }

    private static string[] Read(string process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "cmdline"))).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at.
            return [];
        }
    }

    private static string? ValueOf(string[] words, params string[] options)
    {
        var at = Array.FindIndex(words, word => options.Contains(word));
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : words.FirstOrDefault(word => word.StartsWith(options[0] + "=", StringComparison.Ordinal))?[(options[0].Length + 1)..];
    }
}
