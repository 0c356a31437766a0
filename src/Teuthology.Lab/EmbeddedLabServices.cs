using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>Registers the embedded lab.</summary>
public static class EmbeddedLabServices
{
    /// <summary>Adds <see cref="ILab"/> with its store and all kinds of machines; logging must be there already.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">Kind, number of machines, directories.</param>
    public static IServiceCollection AddEmbeddedLab(this IServiceCollection services, LabOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new LeaseStore(options.Store ?? StorePlace.OfHost(options.StateDirectory), provider.GetRequiredService<TimeProvider>())
        {
            LocalDirectory = options.StateDirectory,
        });
        services.AddSingleton(provider => new HostLeases(options, provider.GetRequiredService<LeaseStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IProvisioner, RootProvisioner>();
        services.AddSingleton<IProvisioner, UserNamespaceProvisioner>();
        services.AddSingleton<IProvisioner, LoopbackProvisioner>();
        services.AddSingleton(provider => new EmbeddedLab(
            options, provider.GetServices<IProvisioner>(), provider.GetRequiredService<HostLeases>().Store, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<ILab>(provider => provider.GetRequiredService<EmbeddedLab>());
        return services;
    }
}
