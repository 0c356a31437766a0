using System.Text;

namespace Teuthology.Orchestra.Tests;

/// <summary>The processes of this machine, which is the host of these tests.</summary>
public static class LocalProcesses
{
    public static string Tag() => $"30{Random.Shared.Next(1, 9)}.{Random.Shared.Next(100_000, 999_999)}";

    /// <summary>How many run `sleep TAG`.</summary>
    public static int Sleeping(string tag) => Directory.EnumerateDirectories("/proc").Count(directory => CommandLine(directory) == $"sleep {tag}");

    /// <summary>How many have the text in their command line.</summary>
    public static int Naming(string text) => Directory.EnumerateDirectories("/proc").Count(directory => CommandLine(directory).Contains(text, StringComparison.Ordinal));

    public static Task AppearAsync(string tag, int count = 1) => UntilAsync(() => Sleeping(tag) >= count);

    public static Task VanishAsync(string tag) => UntilAsync(() => Sleeping(tag) == 0);

    public static Task UntilAsync(Func<bool> condition, double seconds = 30) =>
        new Poll { Sleep = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(seconds), Action = "wait for processes" }.UntilAsync(_ => Task.FromResult(condition()), default);

    private static string CommandLine(string directory)
    {
        if (!int.TryParse(Path.GetFileName(directory), out _))
            return "";
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(directory, "cmdline"))).Replace('\0', ' ').TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
