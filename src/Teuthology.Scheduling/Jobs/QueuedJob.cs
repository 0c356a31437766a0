using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job as the queue holds it.</summary>
public static class QueuedJob
{
    /// <summary>The whole document: what the queue adds, and the job, which wins.</summary>
    /// <param name="terms">What the queue adds.</param>
    /// <param name="config">The job. Its targets are left out: whoever runs it takes machines.</param>
    public static YamlMap Document(ScheduleTerms terms, YamlMap config)
    {
        var document = new YamlMap
        {
            ["name"] = terms.RunName,
            ["first_in_suite"] = terms.FirstInSuite,
            ["last_in_suite"] = terms.LastInSuite,
            ["email"] = terms.Email,
            ["description"] = terms.Description,
            ["owner"] = terms.Owner,
            ["verbose"] = terms.Verbose,
            ["machine_type"] = terms.Tube,
            ["tube"] = terms.Tube,
            ["priority"] = terms.Priority,
        };
        foreach (var (key, value) in config)
        {
            if (key is not "targets")
                document[key] = value;
        }

        foreach (var (key, value) in new[] { ("results_timeout", terms.Timeout), ("seed", terms.Seed), ("subset", terms.Subset) })
        {
            if (value is not null)
                document[key] = value;
        }

        document["no_nested_subset"] = terms.NoNestedSubset;
        return document;
    }

    /// <summary>The whole document of a suite's job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="template">What the run says about every job.</param>
    /// <param name="fallbackOwner">Owner of the locks where neither the job nor the run names one, <c>scheduled_user@host</c>.</param>
    public static YamlMap Document(MergedJob job, JobTemplate template, string fallbackOwner) => Document(
        new ScheduleTerms
        {
            RunName = template.RunName!,
            Tube = Tube(template.MachineType),
            Description = job.Job.Description,
            Owner = string.IsNullOrEmpty(template.Owner) ? fallbackOwner : template.Owner,
            Priority = template.Priority,
        },
        job.Config);

    /// <summary>The kind of machines that a site's jobs get unless they say; without a lock server the embedded lab's.</summary>
    /// <param name="site">The site's configuration.</param>
    /// <returns>Null when it has to be said.</returns>
    public static string? DefaultMachineType(SiteConfig site) => site.DefaultMachineType ?? (site.LockServer is null ? "embedded" : null);

    /// <summary>Queue of jobs for a kind of machines; several kinds share one.</summary>
    /// <param name="machineType">Kind, several with commas.</param>
    public static string? Tube(string? machineType) => machineType?.Contains(',') == true ? "multi" : machineType;
}
