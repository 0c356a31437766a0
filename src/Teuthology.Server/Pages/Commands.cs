using System.Text.RegularExpressions;

namespace Teuthology.Server;

/// <summary>Commands that pages offer to be pasted into a shell: names, paths and descriptions are anybody's, and are quoted.</summary>
internal static partial class Commands
{
    /// <summary>Runs a job of an archive on its own.</summary>
    /// <param name="archive">The job's archive directory.</param>
    public static string Run(string archive) => $"teuthology run {Word($"{archive}/orig.config.yaml")}";

    /// <summary>Queues what failed of a run.</summary>
    /// <param name="run">Name of the run.</param>
    public static string Rerun(string run) => $"teuthology suite --rerun {Word(run)} --rerun-statuses fail,dead";

    /// <summary>Runs a job as a test.</summary>
    /// <param name="description">The job's description, suite in front.</param>
    public static string Test(string description) => $"dotnet test --filter {Word($"Suite={Value(description.Split('/', ' ')[0])}&Job={Value(description)}")}";

    // A terminal may act on control characters while one pastes.
    private static string Word(string text) => text.Length > 0 && text.All(IsPlain)
        ? text
        : $"'{string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or ':' or '@' or '%' or '+' or '_' or '-' or ',' or '=';

    // As test filters escape what has a meaning in them.
    private static string Value(string text) => FilterSigns().Replace(text, @"\$0");

    [GeneratedRegex(@"[\\()&|=!~]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FilterSigns();
}
