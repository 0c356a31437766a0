namespace Teuthology.Results;

/// <summary>A command that ran on a machine of a job.</summary>
/// <param name="Host">Name of the machine.</param>
/// <param name="What">Its label, else the command.</param>
/// <param name="Start">UTC.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Status">How it ended, in words.</param>
/// <param name="Failed">Whether it ended otherwise than with status 0.</param>
/// <param name="TaskId">Number of the task that ran it; null when not known.</param>
public sealed record RemoteCommandEvent(string Host, string What, DateTime Start, double Seconds, string Status, bool Failed, int? TaskId);
