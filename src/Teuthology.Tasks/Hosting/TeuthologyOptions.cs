using System.Reflection;
using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>Settings of a host that runs jobs on the embedded lab.</summary>
public sealed record TeuthologyOptions
{
    /// <summary>Settings of the lab.</summary>
    public required LabOptions Lab { get; init; }

    /// <summary>Settings of the job engine.</summary>
    public required JobOptions Jobs { get; init; }

    /// <summary>Assemblies with tasks besides the built-in ones; a built-in task of the same name wins, as upstream.</summary>
    public IReadOnlyList<Assembly> TaskAssemblies { get; init; } = [];

    /// <summary>Defaults, changed by the environment's TEUTHOLOGY_… variables.</summary>
    /// <exception cref="ConfigurationException">A variable makes no sense.</exception>
    public static TeuthologyOptions FromEnvironment()
    {
        var (lab, jobs) = (LabOptions.FromEnvironment(), JobOptions.FromEnvironment());
        return new TeuthologyOptions { Lab = lab with { Store = StorePlace.Choose(Environment.GetEnvironmentVariable, jobs.Site, lab.StateDirectory) }, Jobs = jobs };
    }
}
