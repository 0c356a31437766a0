using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>What is known of a task before it runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its class, an <see cref="IJobTask"/>.</param>
/// <param name="Needs">What machines must be able to do for it.</param>
/// <param name="Members">Where its configuration names other tasks.</param>
public sealed record TaskDescriptor(string Name, Type Type, LabFeatures Needs, TaskMembers Members)
{
    /// <summary>A fresh instance for one use; constructor parameters come from <paramref name="services"/>.</summary>
    /// <param name="services">The host's services.</param>
    public IJobTask Create(IServiceProvider services) => (IJobTask)ActivatorUtilities.CreateInstance(services, Type);
}
