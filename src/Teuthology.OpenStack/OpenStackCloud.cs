using Microsoft.Extensions.DependencyInjection;

namespace Teuthology.OpenStack;

/// <summary>A cloud, asked by one user: its services as clients that share a token. Safe for any number of callers at once.</summary>
/// <example>
/// <code>
/// using var cloud = OpenStackCloud.Open(OpenStackConfiguration.Load(Environment.GetEnvironmentVariable));
/// foreach (var flavor in await cloud.Compute.FlavorsAsync(cancellationToken)) …
/// </code>
/// </example>
public sealed class OpenStackCloud : IDisposable
{
    private readonly TokenSession _session;
    private ServiceProvider? _services;

    internal OpenStackCloud(TokenSession session, OpenStackOptions options, IdentityClient identity, ComputeClient compute, ImageClient images, VolumeClient volumes, NetworkClient network)
    {
        _session = session;
        (Credentials, Options) = (session.Credentials, options);
        (Identity, Compute, Images, Volumes, Network) = (identity, compute, images, volumes, network);
    }

    /// <summary>Who asks.</summary>
    public OpenStackCredentials Credentials { get; }

    /// <summary>How patient.</summary>
    public OpenStackOptions Options { get; }

    /// <summary>Keystone.</summary>
    public IdentityClient Identity { get; }

    /// <summary>Nova.</summary>
    public ComputeClient Compute { get; }

    /// <summary>Glance.</summary>
    public ImageClient Images { get; }

    /// <summary>Cinder.</summary>
    public VolumeClient Volumes { get; }

    /// <summary>Neutron.</summary>
    public NetworkClient Network { get; }

    /// <summary>A cloud with HTTP clients of its own. Nothing is asked yet.</summary>
    /// <param name="credentials">Who asks.</param>
    /// <param name="options">How patient; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A certificate's file cannot be read.</exception>
    public static OpenStackCloud Open(OpenStackCredentials credentials, OpenStackOptions? options = null)
    {
        var services = new ServiceCollection().AddOpenStack(credentials, options).BuildServiceProvider();
        var cloud = services.GetRequiredService<OpenStackCloud>();
        cloud._services = services;
        return cloud;
    }

    /// <summary>The token that calls show now; fetched when there is none.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">Keystone refuses, or is away.</exception>
    public Task<OpenStackToken> TokenAsync(CancellationToken cancellationToken) => _session.TokenAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _services, null)?.Dispose();
}
