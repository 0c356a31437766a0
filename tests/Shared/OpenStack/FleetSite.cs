using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;

namespace Teuthology.Testing.OpenStack;

/// <summary>A site whose machines of type <c>openstack</c> are servers of a cloud, with its provisioner.</summary>
public sealed class FleetSite : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private FleetSite(ServiceProvider services) => _services = services;

    /// <summary>The lab of the type.</summary>
    public LeasedLab Lab => _services.GetRequiredService<SiteLab>().Open("openstack");

    /// <summary>Its provisioner.</summary>
    public IProvisioner Provisioner => Lab.Provisioner;

    /// <summary>Opens a site.</summary>
    /// <param name="directory">For its state.</param>
    /// <param name="variables">What leads to the cloud.</param>
    /// <param name="lines">Lines of the section <c>openstack</c>.</param>
    public static FleetSite Open(string directory, IReadOnlyDictionary<string, string> variables, params IEnumerable<string> lines)
    {
        var file = Path.Combine(directory, "site.yaml");
        File.WriteAllText(file, $"openstack:\n{string.Concat(lines.Select(line => $"  {line}\n"))}");
        var services = new ServiceCollection().AddLogging()
            .AddSingleton(new CloudEnvironment(name => variables.GetValueOrDefault(name)))
            .AddEmbeddedLab(new LabOptions { StateDirectory = Path.Combine(directory, "state"), CacheDirectory = Path.Combine(directory, "cache") })
            .AddSiteLab(SiteConfig.Read(file, directory));
        return new FleetSite(services.BuildServiceProvider());
    }

    /// <summary>What the process of a run does at its end.</summary>
    public async Task CloseAsync()
    {
        await Provisioner.CloseAsync(CancellationToken.None);
        await Lab.CollectGarbageAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
