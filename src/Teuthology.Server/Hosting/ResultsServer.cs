using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The results and lock server over the stores of one host; runs and jobs are read only, so far.</summary>
public sealed class ResultsServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ResultsServer(WebApplication application) => _application = application;

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.First());

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
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, address));
        builder.Services.AddSingleton(options.Time).AddSingleton(results).AddSingleton(nodes).AddSingleton<INodeDirectory>(new StoreDirectory(nodes));

        PageEndpoints.Add(builder.Services, options);
        var application = builder.Build();
        application.Use(ReplyHeaders.AddAsync);
        application.Use(BrowserPaths.LeadAsync);
        var routes = application.MapGroup("").AddEndpointFilter(Refusals.AnswerAsync);
        routes.MapGet("/health", HealthEndpoint.GetAsync);
        LockEndpoints.Map(routes);
        NodeJobEndpoints.Map(routes);
        NodeEndpoints.Map(routes);
        RunEndpoints.Map(routes);
        PageEndpoints.Map(routes);
        if (options.Testing)
            ResetEndpoint.Map(routes);
        application.MapFallback(BrowserPaths.FallbackAsync);
        try
        {
            await application.StartAsync(cancellationToken);
            return new ResultsServer(application);
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync();
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot listen on {options.Listen}: {failure.Message}", failure);
        }
    }

    /// <summary>Stops: requests that run get a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(TimeSpan.FromSeconds(5));
        await _application.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address)
    {
        kestrel.AddServerHeader = false;
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port);
        else if (address.Host == "localhost" && address.Port != 0)
            kestrel.ListenLocalhost(address.Port);
        else if (address.Host == "localhost")
            kestrel.Listen(IPAddress.Loopback, 0);
        else
            throw new ConfigurationException($"cannot listen on '{address}': name the interface by its IP address, or localhost");
    }
}
