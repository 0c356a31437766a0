using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Teuthology.Lab;

/// <summary>Registers the machines of a site.</summary>
public static class SiteLabServices
{
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
        services.AddSingleton<IProvisionerFactory, StaticProvisionerFactory>();
        services.AddSingleton<SiteLab>();
        services.Replace(ServiceDescriptor.Singleton<ILab>(provider => provider.GetRequiredService<SiteLab>()));
        return services;
    }
}
