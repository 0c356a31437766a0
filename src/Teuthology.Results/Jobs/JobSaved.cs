namespace Teuthology.Results;

/// <summary>What became of a change of a job.</summary>
/// <param name="JobId">The job's id; the one that is taken already where it was refused.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="NewNodes">Machines that the job was linked to by the change.</param>
public sealed record JobSaved(string JobId, SaveOutcome Outcome, IReadOnlyList<string> NewNodes);
