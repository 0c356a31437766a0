using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>What a job takes of a cloud, for an estimate.</summary>
/// <param name="Machines">How many servers.</param>
/// <param name="Needs">What each of them needs.</param>
/// <param name="Flavor">The flavour of each.</param>
/// <param name="Hours">How long the job takes.</param>
public sealed record EstimatedJob(int Machines, ServerNeeds Needs, Flavor Flavor, double Hours)
{
    /// <summary>Hours of its servers.</summary>
    public double ServerHours => Machines * Hours;
}
