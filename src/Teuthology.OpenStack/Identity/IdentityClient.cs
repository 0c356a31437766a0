using System.Net;
using System.Text;

namespace Teuthology.OpenStack;

/// <summary>Keystone v3.</summary>
public sealed class IdentityClient
{
    private readonly HttpClient _http;
    private readonly OpenStackCredentials _credentials;

    internal IdentityClient(HttpClient http, OpenStackCredentials credentials) => (_http, _credentials) = (http, credentials);

    /// <summary>A new token.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">Kind Configuration: user, password or project are refused; kind Infrastructure: Keystone is away.</exception>
    public async Task<OpenStackToken> AuthenticateAsync(CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, At("auth/tokens")) { Content = new StringContent(TokenRequest.Of(_credentials).ToJsonString(), Encoding.UTF8, "application/json") };
        message.Options.Set(RetryRules.Repeatable, true);
        var (answer, token) = await SendAsync(message, $"authenticate {_credentials}", cancellationToken);
        if (answer.Ok && token is not null)
            return new OpenStackToken(token, answer.Read<OpenStackToken.TokenBody>("token"));
        if (answer.Ok)
            throw new OpenStackException(FailureKind.Infrastructure, $"keystone: {answer.Call} answers without a token; is this address Keystone's?") { Status = answer.Status, Call = answer.Call };
        throw answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? Refused(answer) : answer.Error();
    }

    /// <summary>Ends a token before its time.</summary>
    /// <param name="token">The token that is ended; it is also the one that is shown.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RevokeAsync(OpenStackToken token, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, At("auth/tokens"));
        message.Headers.TryAddWithoutValidation("X-Auth-Token", token.Value);
        message.Headers.TryAddWithoutValidation("X-Subject-Token", token.Value);
        var (answer, _) = await SendAsync(message, "revoke a token", cancellationToken);
        if (!answer.Ok && answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Unauthorized))
            throw answer.Error();
    }

    private Uri At(string path) => new($"{_credentials.AuthUrl.ToString().TrimEnd('/')}/{path}");

    private OpenStackException Refused(ServiceAnswer answer) => new(
        FailureKind.Configuration,
        $"keystone refuses {_credentials}: {answer.Call} answers {(int)answer.Status}: {ErrorBody.Words(answer.Text)} Check "
        + _credentials.Method switch
        {
            AuthMethod.Password => "user, password, project and their domains (OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME, OS_USER_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME)",
            AuthMethod.ApplicationCredential => "id and secret of the application credential, and that it has not expired",
            _ => "whether the token has expired: one that was given cannot be renewed; password or application credential can",
        }
        + (answer.RequestId is null ? "" : $" (request {answer.RequestId})")) { Status = answer.Status, Call = answer.Call, ServiceMessage = ErrorBody.Words(answer.Text), RequestId = answer.RequestId };

    private async Task<(ServiceAnswer Answer, string? Token)> SendAsync(HttpRequestMessage message, string what, CancellationToken cancellationToken)
    {
        string? token = null;
        var answer = await HttpCalls.SendAsync(_http, message, "keystone", what, cancellationToken, response =>
            token = response.Headers.TryGetValues("X-Subject-Token", out var tokens) ? tokens.FirstOrDefault() : null);
        return (answer, token);
    }
}
