using System.Globalization;
using System.Text.RegularExpressions;

namespace Teuthology.Results;

/// <summary>
/// What the results server reads out of the name of a run that it hears of, with its own, old guesses: suites and machine types that it knows by name, and the
/// rest as it comes. The first job of the run corrects it.
/// </summary>
/// <param name="User">Who started it.</param>
/// <param name="Scheduled">When, in local time.</param>
/// <param name="Suite">Suite.</param>
/// <param name="Branch">Branch, often with more behind it.</param>
/// <param name="MachineType">Kind of machines, often empty.</param>
public sealed partial record RunNameParts(string User, DateTime Scheduled, string Suite, string Branch, string MachineType)
{
    private const string Known = "(?<user>.*)-(?<scheduled>" + Time + ")-(?<suite>" + Suites + ")-(?<branch>.+)-(?<kernel>.+)-(?<flavor>[^-]+)";

    private const string Time = "[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}_[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}";

    // The order decides where one name begins another.
    private const string Suites =
        "big[^-]*|ceph-deploy[^-]*|clusters[^-]*|dummy[^-]*|experimental[^-]*|fs[^-]*|hadoop[^-]*|iozone[^-]*|kcephfs[^-]*|knfs[^-]*|krbd[^-]*|marginal[^-]*|"
        + "mixed-clients[^-]*|mount[^-]*|multimds[^-]*|nfs[^-]*|powercycle[^-]*|rados[^-]*|rbd[^-]*|rest[^-]*|rgw[^-]*|samba[^-]*|smoke[^-]*|stress[^-]*|tgt[^-]*|"
        + "upgrade:dumpling-x:stress-split[^-]*|upgrade:dumpling-x[^-]*|upgrade:dumpling-emperor-x[^-]*|upgrade-cuttlefish[^-]*|upgrade-dumpling[^-]*|upgrade-fs[^-]*|"
        + "upgrade-mixed-cluster[^-]*|upgrade-mixed-mons[^-]*|upgrade-parallel[^-]*|upgrade-rados-double[^-]*|upgrade-rados[^-]*|upgrade-rbd-double[^-]*|"
        + "upgrade-rbd[^-]*|upgrade-rgw-double[^-]*|upgrade-rgw[^-]*|upgrade-small[^-]*|upgrade[^-]*|workload[^-]*";

    private const string MachineTypes = "-(?<machine_type>burnupi|mira|plana|saya|tala|vps)";

    private const string Distros = "-(centos|debian|fedora|opensuse|rhel|suse|ubuntu)";

    private static readonly Func<Regex>[] Forms = [WithDistro, WithMachineType, WithFlavor, Anything];

    /// <summary>Reads a name; null when it has not even the time of a start in it.</summary>
    /// <param name="name">The name.</param>
    public static RunNameParts? Read(string name)
    {
        try
        {
            return Forms.Select(form => form().Match(name)).FirstOrDefault(match => match.Success) is { } match
                && DateTime.TryParseExact(match.Groups["scheduled"].Value, "yyyy-M-d_H:m:s", CultureInfo.InvariantCulture, DateTimeStyles.None, out var scheduled)
                ? new RunNameParts(Part(match, "user"), scheduled, Part(match, "suite"), Part(match, "branch"), Part(match, "machine_type"))
                : null;
        }
        catch (RegexMatchTimeoutException)
        {
            // A name that was made to take long is a name without parts.
            return null;
        }
    }

    private static string Part(Match match, string part) => match.Groups[part].Value.Trim(' ', '-');

    [GeneratedRegex("^" + Known + MachineTypes + Distros + "$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex WithDistro();

    [GeneratedRegex("^" + Known + MachineTypes + "$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex WithMachineType();

    [GeneratedRegex("^" + Known + "$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex WithFlavor();

    [GeneratedRegex("^(?<user>.*)-(?<scheduled>" + Time + ")-(?<suite>.*)-(?<branch>.*)-.*?-.*?-(?<machine_type>.*?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 250)]
    private static partial Regex Anything();
}
