using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Teuthology.Jobs;

/// <summary>Registers the job engine.</summary>
public static class JobsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IJobEngine"/> and the catalog of tasks; a lab must be added besides.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Settings; null takes those of the environment.</param>
    /// <exception cref="ConfigurationException">A variable of the environment makes no sense.</exception>
    public static IServiceCollection AddTeuthologyJobs(this IServiceCollection services, JobOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options ?? JobOptions.FromEnvironment());
        services.TryAddSingleton<ITaskCatalog>(s => new TaskCatalog(s.GetServices<TaskAssembly>().Select(a => a.Assembly)));
        services.TryAddSingleton<IJobPrompt, NoPrompt>();
        if (TelemetryExport.IsAskedFor)
            services.AddSingleton<TelemetryExport>();
        services.TryAddSingleton<IJobEngine, JobEngine>();
        return services.AddTasksFrom(typeof(JobsServiceCollectionExtensions).Assembly);
    }

    /// <summary>
    /// Makes the tasks of an assembly known to jobs: its classes with a <see cref="TaskAttribute"/>. Services that its <see cref="TaskServicesAttribute"/>
    /// names are added.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="assembly">The assembly.</param>
    /// <exception cref="ConfigurationException">The class that registers its services is none.</exception>
    public static IServiceCollection AddTasksFrom(this IServiceCollection services, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        if (services.Any(s => (s.ImplementationInstance as TaskAssembly)?.Assembly == assembly))
            return services;
        if (assembly.GetCustomAttribute<TaskServicesAttribute>() is { } own)
        {
            if (own.Type.IsAbstract || Activator.CreateInstance(own.Type) is not ITaskServices configure)
                throw new ConfigurationException($"{own.Type} is named by [{own.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal)}] of {assembly.Location}, but is no {nameof(ITaskServices)}");
            configure.Configure(services);
        }

        return services.AddSingleton(new TaskAssembly(assembly));
    }
}
