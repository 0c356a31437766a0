using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Lets nobody write who shows no token, where that is asked for.</summary>
/// <param name="options">Whether it is asked for.</param>
/// <param name="store">Knows the tokens.</param>
internal sealed class TokenGate(ServerOptions options, ResultsStore store)
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, (string Owner, long At)> _known = new(StringComparer.Ordinal);
    private readonly bool _isOn = options.Tokens == TokenPolicy.On || (options.Tokens == TokenPolicy.Auto && !IsLoopback(options.ListenUri()));

    /// <summary>Whether a request changes anything, or tells what is not for everybody.</summary>
    public static bool IsGuarded(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Path.StartsWithSegments("/queue/pop_queue") || request.Path.StartsWithSegments("/audit");

    /// <summary>Before any call.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (IsGuarded(context.Request))
        {
            // Browsers name the site whose page asks: one that somebody happens to look at must not write to a server on their loopback.
            if (IsOfAnotherSite(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                await context.Response.WriteAsJsonAsync(new JsonObject { ["message"] = "pages of other sites may not change anything here" }, context.RequestAborted);
                return;
            }

            var owner = await OwnerAsync(context);
            if (owner is null && _isOn)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await context.Response.WriteAsJsonAsync(
                    new JsonObject { ["message"] = "this call needs a token of the server: Authorization: Bearer TOKEN; `teuthology server token add NAME` makes one" }, context.RequestAborted);
                return;
            }

            context.Items[typeof(TokenGate)] = owner;
        }

        await next(context);
    }

    /// <summary>Name of the token of a request; null for none.</summary>
    public static string? OwnerOf(HttpContext context) => context.Items[typeof(TokenGate)] as string;

    private static bool IsOfAnotherSite(HttpRequest request) => request.Headers.Origin is { Count: > 0 } origin
        && !(Uri.TryCreate(origin[0], UriKind.Absolute, out var site) && site.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static bool IsLoopback(Uri address) => address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private async Task<string?> OwnerAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var secret = header[Scheme.Length..].Trim();
        if (_known.TryGetValue(secret, out var known) && options.Time.GetElapsedTime(known.At) < Remembered)
            return known.Owner;
        _known.TryRemove(secret, out _);
        if (await store.OwnerOfTokenAsync(secret, context.RequestAborted) is not { } owner)
            return null;
        _known[secret] = (owner, options.Time.GetTimestamp());
        return owner;
    }
}
