using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;

namespace Teuthology.Lab;

/// <summary>Registers the machines of a site.</summary>
public static class SiteLabServices
{
    /// <summary>Client of downloads, of the lock server, and of the services that give hosts their systems.</summary>
    internal const string Files = "lab files";

    /// <summary>Makes <see cref="ILab"/> the site's lab where the configuration names machine types; without any, the embedded lab stays what it is. That must be there already.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">A key about machine types is wrong.</exception>
    public static IServiceCollection AddSiteLab(this IServiceCollection services, SiteConfig site)
    {
        var types = MachineTypeTable.Read(site);
        if (types.Types.Count == 0)
            return services;
        services.AddSingleton(types);
        services.TryAddSingleton(site);
        services.AddHttpClient(Files).AddStandardResilienceHandler(o => o.Retry.DisableForUnsafeHttpMethods());
        services.AddSingleton<IProvisionerFactory, StaticProvisionerFactory>();
        services.AddSingleton<IProvisionerFactory, LibvirtProvisionerFactory>();
        services.AddSingleton<IProvisionerFactory, OpenStackProvisionerFactory>();
        services.TryAddSingleton<IMachinePower, NoPower>();
        AddReimager(services, "fog", (p, type) => new FogReimager(type.Name, FogOptions.Read(site), Client(p), p.GetRequiredService<IMachinePower>(), p.GetRequiredService<TimeProvider>()));
        AddReimager(services, "maas", (p, _) => new MaasReimager(MaasOptions.Read(site), Client(p), p.GetRequiredService<TimeProvider>()));
        AddReimager(services, "pelagos", (p, _) => new PelagosReimager(PelagosOptions.Read(site), site, Client(p), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SiteLab>();
        services.Replace(ServiceDescriptor.Singleton<ILab>(provider => provider.GetRequiredService<SiteLab>()));
        return services;
    }

    private static HttpClient Client(IServiceProvider provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient(Files);

    private static void AddReimager(IServiceCollection services, string kind, Func<IServiceProvider, MachineTypeSettings, IReimager> reimager) =>
        services.AddSingleton<IProvisionerFactory>(provider => new ReimagingProvisionerFactory(
            kind,
            type => reimager(provider, type),
            provider.GetRequiredService<SiteConfig>(),
            provider.GetRequiredService<LeaseStore>(),
            provider.GetRequiredService<TimeProvider>()));
}
