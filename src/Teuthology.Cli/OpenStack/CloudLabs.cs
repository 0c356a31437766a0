using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>The site's machine types whose machines are servers of clouds, to look after them without a job.</summary>
internal sealed class CloudLabs : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public CloudLabs(Terminal terminal, SiteConfig site, bool verbose)
    {
        var lab = LabSettings.Read(terminal, null);
        _services = new ServiceCollection()
            .AddSingleton(terminal.Time)
            .AddSingleton(new CloudEnvironment(terminal.Environment))
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new ErrorLog(terminal, verbose)))
            .AddEmbeddedLab(lab with { Store = StorePlace.Choose(terminal.Environment, site, lab.StateDirectory) })
            .AddSiteLab(site)
            .BuildServiceProvider();
    }

    /// <summary>One for each type.</summary>
    public IEnumerable<LeasedLab> All()
    {
        var lab = _services.GetRequiredService<SiteLab>();
        return lab.Types.Where(type => type.Provisioner == "openstack").Select(type => lab.Open(type.Name));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
