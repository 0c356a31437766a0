namespace Teuthology.OpenStack;

/// <summary>The token of a user that all clients share: fetched when one is needed, renewed before it ends or when a service refuses it, by one caller for all.</summary>
/// <param name="identity">Keystone.</param>
/// <param name="credentials">Who.</param>
/// <param name="options">Clock and margin.</param>
internal sealed class TokenSession(IdentityClient identity, OpenStackCredentials credentials, OpenStackOptions options) : IDisposable
{
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile OpenStackToken? _token;
    private DateTimeOffset _renewAt;

    /// <summary>Who.</summary>
    public OpenStackCredentials Credentials => credentials;

    /// <summary>Address of a service that beats the catalogue's, or null.</summary>
    public Uri? Override(ServiceKind kind)
    {
        foreach (var type in kind.Types)
        {
            if (credentials.EndpointOverrides.TryGetValue(type, out var url))
                return url;
        }

        return null;
    }

    /// <summary>A token that holds.</summary>
    public async Task<OpenStackToken> TokenAsync(CancellationToken cancellationToken)
    {
        if (_token is { } known && !IsOld())
            return known;
        return await FetchAsync(() => _token is null || IsOld(), cancellationToken);
    }

    /// <summary>Another token than one that was refused; whoever else had the same one refused gets the same new one.</summary>
    public Task<OpenStackToken> RenewAsync(OpenStackToken refused, CancellationToken cancellationToken) => FetchAsync(() => ReferenceEquals(_token, refused), cancellationToken);

    public void Dispose() => _fetching.Dispose();

    private bool IsOld() => options.Time.GetUtcNow() >= _renewAt;

    private async Task<OpenStackToken> FetchAsync(Func<bool> isNeeded, CancellationToken cancellationToken)
    {
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } known && !isNeeded())
                return known;
            var token = await identity.AuthenticateAsync(cancellationToken);
            var life = token.ExpiresAt - options.Time.GetUtcNow();

            // Of a token that hardly lasts longer than the margin half is used; else each call would fetch one.
            _renewAt = token.ExpiresAt - (options.TokenMargin < life / 2 ? options.TokenMargin : life / 2);
            return _token = token;
        }
        finally
        {
            _fetching.Release();
        }
    }
}
