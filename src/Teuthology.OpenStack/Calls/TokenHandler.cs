using System.Net;

namespace Teuthology.OpenStack;

/// <summary>Puts the token onto requests. One that is refused although it should hold (revoked, its keys rotated away) is renewed once and the request sent again.</summary>
/// <param name="session">Where tokens come from.</param>
internal sealed class TokenHandler(TokenSession session) : DelegatingHandler
{
    private const string Header = "X-Auth-Token";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await session.TokenAsync(cancellationToken);
        Show(request, token);
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Unauthorized || request.Options.TryGetValue(RetryRules.Upload, out var once) && once)
            return answer;
        answer.Dispose();
        Show(request, await session.RenewAsync(token, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    private static void Show(HttpRequestMessage request, OpenStackToken token)
    {
        request.Headers.Remove(Header);
        request.Headers.TryAddWithoutValidation(Header, token.Value);
    }
}
