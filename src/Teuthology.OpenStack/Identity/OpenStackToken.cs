namespace Teuthology.OpenStack;

/// <summary>A token of Keystone and what came with it.</summary>
public sealed class OpenStackToken
{
    internal OpenStackToken(string value, TokenBody body)
    {
        Value = value;
        Body = body;
    }

    /// <summary>The token: a secret.</summary>
    public string Value { get; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt => Body.ExpiresAt;

    /// <summary>The user's id.</summary>
    public string UserId => Body.User?.Id ?? "";

    /// <summary>The user's name.</summary>
    public string UserName => Body.User?.Name ?? "";

    /// <summary>Id of the project; empty when the token is of none.</summary>
    public string ProjectId => Body.Project?.Id ?? "";

    /// <summary>The project's name.</summary>
    public string ProjectName => Body.Project?.Name ?? "";

    /// <summary>Names of the user's roles in it.</summary>
    public IReadOnlyList<string> Roles => [.. (Body.Roles ?? []).Select(r => r.Name)];

    /// <summary>The services' addresses.</summary>
    public IReadOnlyList<CatalogEntry> Catalog => [.. (Body.Catalog ?? []).SelectMany(s => (s.Endpoints ?? []).Select(e => new CatalogEntry(s.Type, s.Name ?? "", e.Interface, e.RegionId ?? e.Region ?? "", e.Url)))];

    internal TokenBody Body { get; }

    internal Uri? Endpoint(ServiceKind kind, OpenStackCredentials credentials)
    {
        var all = Catalog;
        foreach (var type in kind.Types)
        {
            var found = all.FirstOrDefault(e => e.Type == type && e.Interface == credentials.Interface && (credentials.Region is null || e.Region == credentials.Region));
            if (found is not null && Uri.TryCreate(found.Url, UriKind.Absolute, out var url))
                return url;
        }

        return null;
    }

    internal OpenStackException NoEndpoint(ServiceKind kind, OpenStackCredentials credentials)
    {
        var near = Catalog.Where(e => kind.Types.Contains(e.Type)).Select(e => $"{e.Interface} in region {e.Region}").Distinct().ToList();
        return new OpenStackException(FailureKind.Configuration, $"{kind.Name}: the catalogue of {credentials.AuthUrl} has no {credentials.Interface} endpoint of type {string.Join(" or ", kind.Types)}{(credentials.Region is null ? "" : $" in region {credentials.Region}")}"
            + (near.Count > 0 ? $"; it has {string.Join(", ", near)}: set OS_REGION_NAME or OS_INTERFACE (region_name, interface in clouds.yaml)" : $"; it has {string.Join(", ", Catalog.Select(e => e.Type).Distinct().DefaultIfEmpty("nothing"))}"));
    }

    internal sealed record TokenBody(
        DateTimeOffset ExpiresAt, Named? User, Named? Project, IReadOnlyList<Named>? Roles, IReadOnlyList<Service>? Catalog);

    internal sealed record Named(string Id, string Name);

    internal sealed record Service(string Type, string? Name, IReadOnlyList<Place>? Endpoints);

    internal sealed record Place(string Interface, string? RegionId, string? Region, string Url);
}
