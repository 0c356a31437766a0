using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Teuthology.Results;

/// <summary>
/// A run's name in upstream's form <c>user-YYYY-MM-DD_HH:MM:SS-suite-branch-kernel-flavor-machine_type</c>, <c>/</c> written as <c>:</c>.
/// </summary>
public sealed partial record RunName
{
    private const string TimeFormat = "yyyy-MM-dd_HH:mm:ss";

    /// <summary>Who started the run: login name, or owner.</summary>
    public required string User { get; init; }

    /// <summary>When it was started, in the local time of the one who did, whole seconds.</summary>
    public required DateTime Scheduled { get; init; }

    /// <summary>Suite, e.g. <c>rbd</c> or <c>rbd/basic</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>Branch of the product.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Kernel branch; <c>-</c> when the kernel is left alone.</summary>
    public string Kernel { get; init; } = "distro";

    /// <summary>Flavor of the packages.</summary>
    public string Flavor { get; init; } = "default";

    /// <summary>Kind of machines; <c>multi</c> for several.</summary>
    public required string MachineType { get; init; }

    /// <summary>Reads a run's name; names of people, suites and branches may hold dashes, so this can only be a good guess.</summary>
    /// <param name="text">The name.</param>
    /// <param name="name">Its parts.</param>
    /// <returns>Whether it has the form.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out RunName? name)
    {
        name = null;
        var match = Form().Match(text);
        if (!match.Success || !DateTime.TryParseExact(
                match.Groups["time"].Value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var scheduled))
            return false;
        name = new RunName
        {
            User = match.Groups["user"].Value,
            Scheduled = scheduled,
            Suite = match.Groups["suite"].Value,
            Branch = match.Groups["branch"].Value,
            Kernel = match.Groups["kernel"].Value,
            Flavor = match.Groups["flavor"].Value,
            MachineType = match.Groups["machine"].Value,
        };
        return true;
    }

    /// <summary>The name as directories, the queue and the results server know it.</summary>
    public override string ToString() =>
        string.Join('-', User, Scheduled.ToString(TimeFormat, CultureInfo.InvariantCulture), Suite, Branch, Kernel, Flavor, MachineType)
            .Replace('/', ':');

    [GeneratedRegex(
        @"^(?<user>.*?)-(?<time>\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d)-(?<suite>[^-]+)-(?<branch>.+)-(?<kernel>-|[^-]+)-(?<flavor>[^-]+)-(?<machine>[^-]+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
