using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Teuthology.OpenStack;

/// <summary>Registers a cloud.</summary>
public static class OpenStackServices
{
    /// <summary>Registers <see cref="OpenStackCloud"/> and its typed clients, each with tries, deadlines and the user's token.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="options">How patient; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A certificate's file cannot be read.</exception>
    public static IServiceCollection AddOpenStack(this IServiceCollection services, OpenStackCredentials credentials, OpenStackOptions? options = null)
    {
        var patience = options ?? new OpenStackOptions();
        var connection = new CloudConnection(credentials);
        services.AddSingleton(patience);
        services.AddSingleton(provider => new TokenSession(provider.GetRequiredService<IdentityClient>(), credentials, patience));
        Add(services, (http, _) => new IdentityClient(http, credentials), connection, patience);
        Add(services, (http, p) => new ComputeClient(Caller(http, p, ServiceKind.Compute)), connection, patience).AddHttpMessageHandler(Token);
        Add(services, (http, p) => new ImageClient(Caller(http, p, ServiceKind.Image), p.GetRequiredService<TokenSession>()), connection, patience).AddHttpMessageHandler(Token);
        Add(services, (http, p) => new VolumeClient(Caller(http, p, ServiceKind.Volume)), connection, patience).AddHttpMessageHandler(Token);
        Add(services, (http, p) => new NetworkClient(Caller(http, p, ServiceKind.Network), p.GetRequiredService<TokenSession>()), connection, patience).AddHttpMessageHandler(Token);
        return services.AddSingleton(p => new OpenStackCloud(
            p.GetRequiredService<TokenSession>(),
            patience,
            p.GetRequiredService<IdentityClient>(),
            p.GetRequiredService<ComputeClient>(),
            p.GetRequiredService<ImageClient>(),
            p.GetRequiredService<VolumeClient>(),
            p.GetRequiredService<NetworkClient>()));
    }

    // The handlers live as long as the cloud does, and renew their connections themselves; what is added first is the outermost.
    private static IHttpClientBuilder Add<T>(IServiceCollection services, Func<HttpClient, IServiceProvider, T> client, CloudConnection connection, OpenStackOptions options)
        where T : class
    {
        var builder = services.AddHttpClient<T>().AddTypedClient(client)
            .ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(connection.Handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        builder.AddResilienceHandler("openstack", pipeline => RetryRules.Add(pipeline, options));
        return builder;
    }

    private static DelegatingHandler Token(IServiceProvider provider) => new TokenHandler(provider.GetRequiredService<TokenSession>());

    private static ServiceCaller Caller(HttpClient http, IServiceProvider provider, ServiceKind kind) =>
        new(http, provider.GetRequiredService<TokenSession>(), kind, provider.GetRequiredService<OpenStackOptions>());
}
