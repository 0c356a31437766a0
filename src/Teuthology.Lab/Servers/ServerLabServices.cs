using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>Registers the machines of a lock server.</summary>
public static class ServerLabServices
{
    /// <summary>Where the site names a lock server, jobs that name a machine type lock there; <see cref="ILab"/> must be registered already, and stays what it is for all others.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">The server's address makes no sense.</exception>
    public static IServiceCollection AddServerLab(this IServiceCollection services, SiteConfig site)
    {
        if (site.LockServer is not { } url)
            return services;
        var inner = services.Last(service => service.ServiceType == typeof(ILab)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton<ILab>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            return new ServerLab(
                (ILab)inner(provider),
                new ServerDirectory(new HttpClient(), url, new ServerPatience { Time = time }),
                site,
                time,
                provider.GetRequiredService<ILogger<ServerLab>>());
        }));
        return services;
    }
}
