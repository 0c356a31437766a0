using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page that compares a job's log with that of the last pass shows.</summary>
internal sealed record DiffView(JobRecord Job, JobSummary Pass, LogDiff Diff);
