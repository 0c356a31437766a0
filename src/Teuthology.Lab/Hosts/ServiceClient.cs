using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>Calls to a site's service over HTTP; each error names the call and what the service answered, and never a key.</summary>
/// <param name="http">Client.</param>
/// <param name="service">What the service is called in messages.</param>
/// <param name="root">URL that the paths follow.</param>
/// <param name="sign">Puts the keys onto a request.</param>
internal sealed class ServiceClient(HttpClient http, string service, string root, Action<HttpRequestHeaders> sign)
{
    /// <summary>One call.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Path behind the root, or a whole URL.</param>
    /// <param name="content">Body; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Status, headers and text of the answer, whatever it is.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: there is no answer.</exception>
    public async Task<ServiceAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var url = Uri.TryCreate(path, UriKind.Absolute, out var whole) && whole.Scheme.StartsWith("http", StringComparison.Ordinal) ? whole.ToString() : $"{root.TrimEnd('/')}/{path.TrimStart('/')}";
        using var request = new HttpRequestMessage(method, url) { Content = content };
        sign(request.Headers);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            return new ServiceAnswer($"{service}: {method} {url}", answer.StatusCode, answer.Headers, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or Polly.ExecutionRejectedException or HttpIOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"{service}: {method} {url}: {e.Message}", e);
        }
    }

    /// <summary>One call that has to succeed.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: there is no answer, or it is an error.</exception>
    public async Task<ServiceAnswer> OrderAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(method, path, content, cancellationToken);
        return answer.Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices ? answer : throw answer.Error();
    }

    /// <summary>A JSON body.</summary>
    public static HttpContent Json(JsonObject data) => new StringContent(data.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
