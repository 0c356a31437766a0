using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job as the queue holds it.</summary>
public static class QueuedJob
{
    /// <summary>The whole document: what the queue adds, and the job, which wins.</summary>
    /// <param name="job">The job.</param>
    /// <param name="template">What the run says about every job.</param>
    /// <param name="fallbackOwner">Owner of the locks where neither the job nor the run names one, <c>scheduled_user@host</c>.</param>
    public static YamlMap Document(MergedJob job, JobTemplate template, string fallbackOwner)
    {
        var tube = Tube(template.MachineType);
        var document = new YamlMap
        {
            ["name"] = template.RunName,
            ["first_in_suite"] = false,
            ["last_in_suite"] = false,
            ["email"] = null,
            ["description"] = job.Job.Description,
            ["owner"] = string.IsNullOrEmpty(template.Owner) ? fallbackOwner : template.Owner,
            ["verbose"] = false,
            ["machine_type"] = tube,
            ["tube"] = tube,
            ["priority"] = template.Priority,
        };
        foreach (var (key, value) in job.Config)
            document[key] = value;
        document["no_nested_subset"] = false;
        return document;
    }

    /// <summary>Queue of jobs for a kind of machines; several kinds share one.</summary>
    /// <param name="machineType">Kind, several with commas.</param>
    public static string? Tube(string? machineType) => machineType?.Contains(',') == true ? "multi" : machineType;
}
