using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The results and lock server over the stores of a site.</summary>
public sealed class ResultsServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TimeSpan _farewell;

    private ResultsServer(WebApplication application, TimeSpan farewell) => (_application, _farewell) = (application, farewell);

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>All that it answers: a method, a blank and a path with holes in braces; <c>*</c> for any method.</summary>
    public IReadOnlyList<string> Routes => [.. _application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(
        route => (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(method => $"{method} {route.RoutePattern.RawText}"))];

    /// <summary>Starts to listen.</summary>
    /// <param name="options">Where.</param>
    /// <param name="results">Runs and jobs.</param>
    /// <param name="nodes">Machines and locks.</param>
    /// <param name="logs">Takes the server's log; may be null.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="ConfigurationException">The address makes no sense.</exception>
    /// <exception cref="TeuthologyException">The address is taken or not ours.</exception>
    public static async Task<ResultsServer> StartAsync(
        ServerOptions options, ResultsStore results, LeaseStore nodes, ILoggerProvider? logs, CancellationToken cancellationToken)
    {
        var address = options.ListenUri();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        if (logs is not null)
            builder.Logging.AddProvider(logs);
        var certificate = options.CertificateFile is { } file ? new Certificate(file, options.KeyFile, options.Time) : null;
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = options.LargestBody;
            if (certificate is not null)
                kestrel.ConfigureHttpsDefaults(https =>
                {
                    https.ServerCertificateSelector = (_, _) => certificate.Current.TargetCertificate;
                    https.OnAuthenticate = (_, tls) => (tls.ServerCertificateSelectionCallback, tls.ServerCertificateContext) = (null, certificate.Current);
                });
            Listen(kestrel, address);
        });
        builder.Services.AddSingleton(options.Time).AddSingleton(results).AddSingleton(nodes).AddSingleton<NodeBook>();
        builder.Services.AddScoped<DeedInHand>().AddScoped<INodeDirectory>(scope => new StoreDirectory(nodes) { LeavesOpen = true, Deed = scope.GetRequiredService<DeedInHand>().Deed });


        builder.Services.AddSingleton(new ArchiveFiles(options.ArchiveRoots)).AddSingleton<ServerMetrics>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Farewell);
        PageEndpoints.Add(builder.Services, options);
        var application = builder.Build();
        application.Use(application.Services.GetRequiredService<ServerMetrics>().CountAsync);
        application.Use(next => application.Services.GetRequiredService<PageWarmth>().Pipeline = next);
        application.UseRouting();
        application.Use(ReplyHeaders.AddAsync);
        application.Use(new RequestPatience(options).LimitAsync);
        application.Use(new TokenGate(options, results).PassAsync);
        application.Use(AuditTrail.NoteAsync);
        application.Use(BrowserPaths.LeadAsync);
        var routes = application.MapGroup("").AddEndpointFilter(Refusals.AnswerAsync);
        HealthEndpoint.Map(routes);
        ServerMetrics.Map(routes);
        AuditTrail.Map(routes);
        ApiEndpoints.Map(routes);
        LockEndpoints.Map(routes);
        NodeJobEndpoints.Map(routes);
        NodeEndpoints.Map(routes);
        RunEndpoints.Map(routes);
        RunFilterEndpoints.Map(routes);
        JobEndpoints.Map(routes);
        QueueEndpoints.Map(routes);
        ErrorEndpoints.Map(routes);
        ArchiveEndpoints.Map(routes);
        PageEndpoints.Map(routes);
        if (options.Testing)
            ResetEndpoint.Map(routes);
        application.MapFallback(BrowserPaths.FallbackAsync);
        try
        {
            await results.TrimAuditAsync(cancellationToken);
            await nodes.TrimDeedsAsync(cancellationToken);
            await application.StartAsync(cancellationToken);
            return new ResultsServer(application, options.Farewell);
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync();
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot listen on {options.Listen}: {failure.Message}", failure);
        }
    }

    /// <summary>Stops: takes no more connections, and gives the requests that run <see cref="ServerOptions.Farewell"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(_farewell);
        await _application.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address)
    {
        kestrel.AddServerHeader = false;
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, Secure);
        else if (address.Host == "localhost" && address.Port != 0)
            kestrel.ListenLocalhost(address.Port, Secure);
        else if (address.Host == "localhost")
            kestrel.Listen(IPAddress.Loopback, 0, Secure);
        else
            throw new ConfigurationException($"cannot listen on '{address}': name the interface by its IP address, or localhost");

        void Secure(ListenOptions listen)
        {
            if (address.Scheme == Uri.UriSchemeHttps)
                listen.UseHttps();
        }
    }
}
