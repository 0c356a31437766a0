using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What an <c>install</c> task asks for that the lab's packages are not.</summary>
internal static class InstallNeeds
{
    // Releases before the one that Debian's packages are of, and the branches of theirs that suites name.
    private static readonly string[] Older = ["hammer", "infernalis", "jewel", "kraken", "luminous", "mimic", "nautilus", "octopus"];

    public static IEnumerable<JobNeed> Of(YamlMap own, YamlMap job, IReadOnlySet<string>? offered)
    {
        var overrides = (job.Get("overrides") as YamlMap)?.Get("install") as YamlMap;
        var asked = new[] { "branch", "tag" }.Select(key => own.Get(key) as string).OfType<string>().FirstOrDefault();
        if (asked is not null && (Older.Contains(asked) || asked.StartsWith('v')))
            yield return new JobNeed(NeedKind.Package, $"Ceph {asked}", "the machines have the packages of another release");
        InstallOptions options;
        try
        {
            options = InstallOptions.Read(own, overrides);
        }
        catch (ConfigurationException)
        {
            yield break;
        }

        if (options.Flavor is "crimson")
            yield return new JobNeed(NeedKind.Package, "Ceph with crimson", "Debian builds the classic OSD only");
        if (offered is null || asked is not null)
            yield break;
        // Symbols for debuggers change no job's result.
        foreach (var package in options.SystemPackages.Concat(options.Packages).Where(package => !package.EndsWith("-dbg", StringComparison.Ordinal) && !offered.Contains(package)))
            yield return new JobNeed(NeedKind.Package, package, "the image of this lab has it not");
    }
}
