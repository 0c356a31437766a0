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
    /// <summary>The record that its configuration becomes, when it is a <see cref="JobTask{TOptions}"/>; else null.</summary>
    public Type? Options { get; } = OptionsOf(Type);

    /// <summary>A fresh instance for one use; constructor parameters come from <paramref name="services"/>.</summary>
    /// <param name="services">The host's services.</param>
    public IJobTask Create(IServiceProvider services) => (IJobTask)ActivatorUtilities.CreateInstance(services, Type);

    /// <summary>A type that its constructor asks for and that is no service; null when it can be made.</summary>
    /// <param name="services">Knows the host's services.</param>
    internal Type? MissingService(IServiceProviderIsService services)
    {
        var missing = Type.GetConstructors().Select(c => c.GetParameters().FirstOrDefault(p => !p.HasDefaultValue && !services.IsService(p.ParameterType))?.ParameterType).ToList();
        return missing.Contains(null) ? null : missing.FirstOrDefault();
    }

    private static Type? OptionsOf(Type task)
    {
        for (var type = task; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(JobTask<>))
                return type.GetGenericArguments()[0];
        }

        return null;
    }
}
