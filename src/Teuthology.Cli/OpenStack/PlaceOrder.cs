namespace Teuthology.Cli;

/// <summary>How a suite is run here.</summary>
/// <param name="AtOnce">How many jobs run side by side.</param>
/// <param name="Times">How often each job runs.</param>
/// <param name="JobHours">How long a job is taken to run, for estimates.</param>
/// <param name="DryRun">Whether only the estimate is wanted.</param>
/// <param name="Overlay">One more file that goes over the jobs; null for none.</param>
internal sealed record PlaceOrder(int AtOnce, int Times, double JobHours, bool DryRun, string? Overlay);
