using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>The command line that queues one job by hand, for people to copy.</summary>
internal static class ScheduleCommand
{
    public static string Of(ScheduleTerms terms, int times, IReadOnlyList<string> overlays, bool hasConfig)
    {
        List<string> words =
        [
            "teuthology", "schedule", "--name", terms.RunName, "--worker", terms.Tube ?? "", "--priority", terms.Priority.ToString(CultureInfo.InvariantCulture), "--owner", terms.Owner,
        ];
        if (terms.Verbose)
            words.Add("-v");
        if (terms.FirstInSuite)
            words.AddRange(["--first-in-suite", "--seed", terms.Seed ?? "0", .. terms.Subset is { } subset ? new[] { "--subset", subset } : [], .. terms.NoNestedSubset ? new[] { "--no-nested-subset" } : []]);
        if (terms.LastInSuite)
            words.AddRange(["--last-in-suite", .. terms.Email is { } email ? new[] { "--email", email } : [], .. terms.Timeout is { } timeout ? new[] { "--timeout", timeout } : []]);
        if (hasConfig)
            words.AddRange(["--num", times.ToString(CultureInfo.InvariantCulture), "--description", terms.Description ?? "", "--", "-", .. overlays]);
        return string.Join(' ', words.Select(word => word.Any(c => c is ' ' or '{' or '}' or '*') ? $"'{word}'" : word));
    }
}
