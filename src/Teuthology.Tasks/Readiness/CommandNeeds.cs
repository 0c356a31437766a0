using System.Text.RegularExpressions;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>Finds in the text of commands what they need and this lab has not. Comments count for nothing.</summary>
internal static partial class CommandNeeds
{
    /// <summary>What the commands need.</summary>
    /// <param name="text">A shell script, a Python program, or one command.</param>
    /// <param name="offered">Packages of the machines; null when nobody knows.</param>
    /// <param name="root">Root of the source tree that they are in; null for none.</param>
    public static IEnumerable<JobNeed> Of(string text, IReadOnlySet<string>? offered, string? root)
    {
        foreach (var line in text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')))
        {
            foreach (Match program in TestProgram().Matches(line))
                yield return KnownNeeds.Test(program.Value.EndsWith('_') ? program.Value + "*" : program.Value);
            if (NbdDevice().IsMatch(line))
                yield return KnownNeeds.Nbd;
            else if (RbdDevice().IsMatch(line))
                yield return KnownNeeds.KernelRbd;
            if (InitSystem().IsMatch(line))
                yield return KnownNeeds.Systemd;
            if (CephMount().IsMatch(line))
                yield return KnownNeeds.KernelCephFs;
            if (Address().Match(line) is { Success: true } address)
                yield return KnownNeeds.From(address.Groups["host"].Value, "what the script fetches");
            if (PythonModule().Match(line) is { Success: true } module && offered?.Contains($"python3-{module.Groups["name"].Value}") == false)
                yield return new JobNeed(NeedKind.Package, $"python3-{module.Groups["name"].Value}", "the image of this lab has it not");
            if (root is not null && SourceFile().Match(line) is { Success: true } source && !Path.Exists(Path.Combine(root, source.Groups["path"].Value)))
                yield return new JobNeed(NeedKind.Source, source.Groups["path"].Value, "the checkout does not hold this part of Ceph's sources");
        }
    }

    [GeneratedRegex(@"(?<![\w/.$-])(ceph_test_\w+|unittest_\w+|(ceph_)?multi_stress_watch|ceph_erasure_code\w*|ceph-dedup-tool|ceph_omapbench|ceph_perf_\w+|ceph_scratchtool\w*|ceph_smalliobench\w*)\b")]
    private static partial Regex TestProgram();

    [GeneratedRegex(@"\brbd-nbd\b.*\bmap\b|\brbd\b.*\bmap\b.*\bnbd\b")]
    private static partial Regex NbdDevice();

    [GeneratedRegex(@"\brbd( -\S+ \S+)* (device )?map\b|\bmodprobe rbd\b")]
    private static partial Regex RbdDevice();

    [GeneratedRegex(@"(?<![\w-])(systemctl|journalctl) ")]
    private static partial Regex InitSystem();

    [GeneratedRegex(@"\bmount\b.* -t ceph\b|\bmount\.ceph\b")]
    private static partial Regex CephMount();

    [GeneratedRegex(@"\b(wget|curl|git clone|pip3? install)\b.*?\b(https?|git)://(?<host>[\w.-]+\.\w+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\bpython3 -m (?<name>nose|pytest)\b|\} -m (?<name>nose|pytest)\b")]
    private static partial Regex PythonModule();

    [GeneratedRegex(@"\.\./\.\./\.\./(?<path>src/[\w/.-]*\w)")]
    private static partial Regex SourceFile();
}
