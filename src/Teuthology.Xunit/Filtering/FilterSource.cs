using System.Globalization;

namespace Teuthology.Xunit;

/// <summary>
/// Where the command line's filter is found: xunit's discovery is never told of it. Our MSBuild targets hand it over in an environment
/// variable; <c>dotnet test some.dll</c> knows no MSBuild, there the runner's own command line is read where /proc exists.
/// </summary>
internal static class FilterSource
{
    /// <summary>Name of the variable that the targets set.</summary>
    public const string Variable = "TEUTHOLOGY_FILTER";

    /// <summary>The filter's text; null when there is none or it cannot be known.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="commandLine">This process's arguments.</param>
    /// <param name="proc">Directory of the proc file system.</param>
    public static string? Find(Func<string, string?> environment, IReadOnlyList<string> commandLine, string proc = "/proc")
    {
        if (environment(Variable) is { Length: > 0 } text)
            return text;
        for (var i = 0; i + 1 < commandLine.Count; i++)
        {
            if (commandLine[i] == "--parentprocessid" && int.TryParse(commandLine[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent))
                return FromRunner(Path.Combine(proc, parent.ToString(CultureInfo.InvariantCulture), "cmdline"));
        }

        return null;
    }

    private static string? FromRunner(string path)
    {
        string[] arguments;
        try
        {
            arguments = File.ReadAllText(path).Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc, or the runner belongs to another user: without the filter discovery is slower, not wrong.
            return null;
        }

        foreach (var argument in arguments)
        {
            foreach (var option in (ReadOnlySpan<string>)["--testCaseFilter:", "/testCaseFilter:"])
            {
                if (argument.StartsWith(option, StringComparison.OrdinalIgnoreCase))
                    return argument[option.Length..].Trim('"');
            }
        }

        return null;
    }
}
