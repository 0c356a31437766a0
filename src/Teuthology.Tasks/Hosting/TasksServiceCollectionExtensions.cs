using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.PythonTasks;

namespace Teuthology.Tasks;

/// <summary>Registers the built-in tasks, and all that running a job takes.</summary>
public static class TasksServiceCollectionExtensions
{
    /// <summary>Makes the built-in tasks known to jobs.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddBuiltInTasks(this IServiceCollection services) =>
        services.AddTasksFrom(typeof(TasksServiceCollectionExtensions).Assembly);

    /// <summary>Has the site's lab switch physical hosts by their consoles; the lab must be there already.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddConsolePower(this IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IMachinePower, ConsolePower>());

    /// <summary>Adds the embedded lab, the machine types of the site, its lock server, the job engine and the tasks.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ConfigurationException">An assembly with tasks cannot be loaded.</exception>
    public static IServiceCollection AddTeuthology(this IServiceCollection services, TeuthologyOptions options)
    {
        services.AddLogging().AddEmbeddedLab(options.Lab).AddSiteLab(options.Jobs.Site).AddServerLab(options.Jobs.Site).AddTeuthologyJobs(options.Jobs).AddBuiltInTasks();
        services.AddConsolePower();
        services.AddSingleton<ITaskCatalog>(s => new SuiteTaskCatalog(new TaskCatalog(s.GetServices<TaskAssembly>().Select(a => a.Assembly)), s.GetRequiredService<JobOptions>()));
        services.TryAddSingleton<IHostedClusters, HostedClusters>();
        services.TryAddSingleton<IPackageLookup, PackageLookup>();
        services.TryAddSingleton(provider => new JobReadiness(
            provider.GetRequiredService<ITaskCatalog>(), OfferedPackages.Of(provider.GetServices<IProvisioner>()), options.Lab.MaxNodes, OfferedKernels.Of(provider.GetServices<IProvisioner>(), options.Lab), options.Jobs.Site));
        services.TryAddSingleton<IJobReadiness>(provider => provider.GetRequiredService<JobReadiness>());
        services.TryAddSingleton<IKernelNeeds>(provider => provider.GetRequiredService<JobReadiness>());
        foreach (var assembly in options.Jobs.Site.TaskAssemblies.Select(TaskAssemblyFile.Load).Concat(options.TaskAssemblies))
            services.AddTasksFrom(assembly);
        return services;
    }
}
