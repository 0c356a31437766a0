using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job of a run that is to come.</summary>
/// <param name="JobId">Id in the run, digits.</param>
/// <param name="Description">Upstream's description text; null for a bare job file.</param>
/// <param name="Merge">Reads and merges the job's fragments when its turn comes; may throw <see cref="ConfigurationException"/>, which concerns this job only.</param>
public sealed record PlannedJob(string JobId, string? Description, Func<YamlMap> Merge);
