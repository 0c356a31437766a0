using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Compares what a job needs with what the lab can give.</summary>
internal static class LabFit
{
    /// <summary>More machines than any lab has addresses for.</summary>
    private const int MostMachines = 99;

    private static readonly Dictionary<string, LabFeatures> Features = new(StringComparer.Ordinal)
    {
        ["root"] = LabFeatures.Root,
        ["own_root"] = LabFeatures.OwnRoot,
        ["own_network"] = LabFeatures.OwnNetwork,
        ["ceph_packages"] = LabFeatures.CephPackages,
        ["fuse"] = LabFeatures.Fuse,
        ["systemd"] = LabFeatures.Systemd,
    };

    /// <summary>The features as jobs name them under <c>needs</c>.</summary>
    public static IEnumerable<string> FeatureWords => Features.Keys;

    /// <summary>The feature that a job names, or null.</summary>
    public static LabFeatures? Feature(string word) =>
        Features.TryGetValue(word.Replace('-', '_'), out var feature) ? feature : null;

    /// <exception cref="ConfigurationException">No lab could ever serve it.</exception>
    public static void RequirePossible(JobPlan plan, YamlMap job)
    {
        if (plan.Roles.Count > MostMachines)
            throw new ConfigurationException($"'roles' asks for {plan.Roles.Count} machines; no lab can give more than {MostMachines}", job.MarkOf("roles"));
    }

    /// <summary>Why the lab cannot serve the job and what to do about it; null when it can.</summary>
    public static string? Obstacle(JobPlan plan, LabOffer offer, YamlMap job)
    {
        if (plan.Needs.Where(n => (n.Needs & ~offer.Features) != LabFeatures.None).Select(n => ((TaskEntry Task, LabFeatures Needs)?)n).FirstOrDefault() is { } unmet)
            return $"{(unmet.Task.Name == "needs" ? "the job" : $"task '{unmet.Task.Name}'")}{At(unmet.Task.Mark)} needs {Words(unmet.Needs & ~offer.Features)}, which the lab '{offer.Kind}' cannot give here. {offer.Remedy}".TrimEnd();

        if (plan.OwnKernels.Count > offer.OwnKernels)
            return $"tasks of the job load kernel modules on {plan.OwnKernels.Count} of its machines, and the lab '{offer.Kind}' has {offer.OwnKernels} with a kernel of their own. {offer.OwnKernelRemedy}".TrimEnd();
        if (plan.Roles.Count <= offer.Machines)
            return null;
        if (offer.Machines == 0)
            return $"the lab '{offer.Kind}' has no machines here. {offer.Remedy}".TrimEnd();
        return $"'roles'{At(job.MarkOf("roles"))} asks for {plan.Roles.Count} machines, and the lab '{offer.Kind}' gives at most {offer.Machines} at once. "
            + $"Set TEUTHOLOGY_LAB_NODES={plan.Roles.Count} or more";
    }

    private static string At(YamlMark? mark) => mark is null ? "" : $" ({mark})";

    private static string Words(LabFeatures features) => string.Join(", ", Enum.GetValues<LabFeatures>()
        .Where(f => f != LabFeatures.None && features.HasFlag(f))
        .Select(f => f switch
        {
            LabFeatures.Root => "root on its machines",
            LabFeatures.OwnRoot => "a root file system of its own on each machine",
            LabFeatures.OwnNetwork => "a network of its own on each machine",
            LabFeatures.CephPackages => "Ceph's packages",
            LabFeatures.Fuse => "/dev/fuse",
            LabFeatures.Systemd => "systemd",
            LabFeatures.OwnKernel => "a kernel of its own on each machine",
            _ => f.ToString(),
        }));
}
