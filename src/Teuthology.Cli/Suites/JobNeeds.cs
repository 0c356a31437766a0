using Teuthology.Jobs;

namespace Teuthology.Cli;

/// <summary>What was found out about a job.</summary>
/// <param name="Tasks">Names of its tasks, each once.</param>
/// <param name="Missing">What is missing for it.</param>
internal sealed record JobNeeds(IReadOnlyList<string> Tasks, IReadOnlyList<JobNeed> Missing);
