using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A run that was queued, or would have been.</summary>
/// <param name="RunName">Its name.</param>
/// <param name="Generated">How many jobs the suite has, before filters.</param>
/// <param name="Jobs">Its jobs, one for each time a job was queued: id, null of a dry run; description; the whole document.</param>
/// <param name="MissingPackages">Of how many jobs the packages are missing.</param>
/// <param name="Sha1">The commit of the product; null when nobody asked.</param>
public sealed record ScheduledRun(string RunName, long Generated, IReadOnlyList<(string? Id, string Description, YamlMap Document)> Jobs, int MissingPackages, string? Sha1);
