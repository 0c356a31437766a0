using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Calls to one service: its address from the catalogue, its microversion, its pages, its errors.</summary>
/// <param name="http">Client that shows the token and tries again.</param>
/// <param name="session">Token and catalogue.</param>
/// <param name="kind">The service.</param>
/// <param name="options">How patient.</param>
internal sealed class ServiceCaller(HttpClient http, TokenSession session, ServiceKind kind, OpenStackOptions options)
{
    // How often a list that leads back is read.
    private const int Readings = 5;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private Microversion? _version;

    /// <summary>How patient.</summary>
    public OpenStackOptions Options => options;

    /// <summary>Whether the catalogue has the service.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        session.Override(kind) is not null || (await session.TokenAsync(cancellationToken)).Endpoint(kind, session.Credentials) is not null;

    /// <summary>The microversion that calls are made with: the newest that both sides know.</summary>
    public async Task<Microversion> VersionAsync(CancellationToken cancellationToken)
    {
        if (_version is { } known)
            return known;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            return _version ??= await NegotiateAsync(cancellationToken);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>One call; the caller reads the status.</summary>
    public async Task<ServiceAnswer> SendAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        var version = request.Version ?? (kind.VersionHeader is null ? "" : (await VersionAsync(cancellationToken)).ToString());
        return await SendToAsync(new Uri($"{await RootAsync(cancellationToken)}/{request.Path}"), request, version, cancellationToken);
    }

    /// <summary>One call that has to succeed.</summary>
    public async Task<ServiceAnswer> OrderAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(request, cancellationToken);
        return answer.Ok ? answer : throw answer.Error();
    }

    /// <summary>One object; null when there is none.</summary>
    public async Task<T?> FindAsync<T>(string what, string path, string? key, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await SendAsync(new ServiceRequest(HttpMethod.Get, what, path), cancellationToken);
        return answer switch
        {
            { Status: HttpStatusCode.NotFound } => null,
            { Ok: true } => key is null ? answer.Read<T>(answer.Json()) : answer.Read<T>(key),
            _ => throw answer.Error(),
        };
    }

    /// <summary>Deletes; false when there was nothing.</summary>
    public async Task<bool> DeleteAsync(string what, string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(new ServiceRequest(HttpMethod.Delete, what, path), cancellationToken);
        return answer.Ok || (answer.Status == HttpStatusCode.NotFound ? false : throw answer.Error());
    }

    /// <summary>All items of a list, whatever its pages. A list that changes under the reading (Nova's, while servers begin) may lead back to a page: then it is read anew.</summary>
    /// <param name="what">In words.</param>
    /// <param name="path">Path, with a question mark when it has a query.</param>
    /// <param name="key">Key of the list.</param>
    /// <param name="item">Key of what each item is wrapped in, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string what, string path, string key, CancellationToken cancellationToken, string? item = null)
        where T : class
    {
        for (var round = 1; ; round++)
        {
            var (items, problem) = await PagesAsync<T>(what, path, key, item, cancellationToken);
            if (problem is null)
                return items;
            if (round == Readings)
                throw problem;
            await Task.Delay(options.FirstPause, options.Time, cancellationToken);
        }
    }

    private async Task<(IReadOnlyList<T> Items, OpenStackException? Problem)> PagesAsync<T>(string what, string path, string key, string? item, CancellationToken cancellationToken)
        where T : class
    {
        var all = new List<T>();
        var pages = new HashSet<string>(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var bare = path.Split('?')[0];
        var next = options.PageSize is { } size ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={size}" : path;
        for (; ;)
        {
            var answer = await OrderAsync(new ServiceRequest(HttpMethod.Get, what, next), cancellationToken);
            var body = answer.Json();
            if (body[key] is not JsonArray items)
                return (answer.Read<List<T>>(key), null);
            foreach (var one in items)
            {
                // Only what has an id can come twice and be known.
                if (((one as JsonObject)?["id"] as JsonValue)?.ToString() is not { } id || ids.Add(id))
                    all.Add(answer.Read<T>((item is null ? one : one?[item]) ?? new JsonObject()));
            }

            if (items.Count == 0 || Next(body, key) is not { } query)
                return (all, null);

            // Only the query is taken: what a service behind a proxy thinks its address is need not be one, and the token goes nowhere else.
            next = $"{bare}?{query}";
            var isLong = (pages.Count + 1) * items.Count > options.MostItems || all.Count > options.MostItems;
            if (!pages.Add(query) || isLong)
            {
                return (all, new OpenStackException(FailureKind.Infrastructure, $"{kind.Name}: cannot {what}: the list does not end: after {pages.Count} pages {(isLong ? "there are still more" : "one leads back to one that was read")} ({answer.Call})")
                {
                    Status = answer.Status, Call = answer.Call, RequestId = answer.RequestId,
                });
            }
        }
    }

    private static string? Next(JsonObject body, string key)
    {
        var link = (body[$"{key}_links"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(l => l["rel"]?.ToString() == "next")?["href"]?.ToString() ?? (body["next"] as JsonValue)?.ToString();
        return link is not null && link.IndexOf('?') is var at and >= 0 ? link[(at + 1)..] : null;
    }

    private async Task<ServiceAnswer> SendToAsync(Uri url, ServiceRequest request, string version, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, url) { Content = request.Content };
        if (request.Body is not null)
            message.Content = new StringContent(request.Body.ToJsonString(), Encoding.UTF8, "application/json");
        message.Headers.Accept.ParseAdd("application/json");
        if (version.Length > 0)
        {
            message.Headers.TryAddWithoutValidation("OpenStack-API-Version", $"{kind.VersionHeader} {version}");
            if (kind == ServiceKind.Compute)
                message.Headers.TryAddWithoutValidation("X-OpenStack-Nova-API-Version", version);
        }

        message.Options.Set(RetryRules.Repeatable, request.Repeatable);
        message.Options.Set(RetryRules.Upload, request.Content is not null);
        return await HttpCalls.SendAsync(http, message, kind.Name, request.What, cancellationToken);
    }

    // A catalogue's address may stop before the version, and older ones end in the project.
    private async Task<string> RootAsync(CancellationToken cancellationToken)
    {
        var url = session.Override(kind);
        if (url is null)
        {
            var token = await session.TokenAsync(cancellationToken);
            url = token.Endpoint(kind, session.Credentials) ?? throw token.NoEndpoint(kind, session.Credentials);
        }

        var text = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return url.AbsolutePath.Split('/').Any(part => part is ['v', >= '0' and <= '9', ..]) ? text : $"{text}/{kind.Root}{(kind == ServiceKind.Volume ? $"/{(await session.TokenAsync(cancellationToken)).ProjectId}" : "")}";
    }

    private async Task<Microversion> NegotiateAsync(CancellationToken cancellationToken)
    {
        var root = await RootAsync(cancellationToken);
        var end = root.LastIndexOf($"/{kind.Root[0]}{kind.Root[1]}", StringComparison.Ordinal);
        var versioned = end < 0 ? root : root[..(root.IndexOf('/', end + 1) is var slash and >= 0 ? slash : root.Length)];
        var answer = await SendToAsync(new Uri($"{versioned}/"), new ServiceRequest(HttpMethod.Get, "find out its versions", ""), "", cancellationToken);
        var newest = answer.Ok ? Versions(answer.Json()).Where(v => v.Major == kind.Newest.Major).DefaultIfEmpty(Base).Max() : Base;
        return newest < kind.Newest ? newest : kind.Newest;
    }

    private Microversion Base => kind == ServiceKind.Compute ? new Microversion(2, 1) : new Microversion(kind.Newest.Major, 0);

    private static IEnumerable<Microversion> Versions(JsonObject body)
    {
        IEnumerable<JsonNode?> all = body["versions"] as JsonArray ?? (body["version"] is { } one ? new JsonArray(one.DeepClone()) : []);
        foreach (var version in all.OfType<JsonObject>())
        {
            if (Microversion.TryParse(version["version"]?.ToString(), out var newest))
                yield return newest;
        }
    }
}
