using Polly.Timeout;

namespace Teuthology.OpenStack;

/// <summary>One request and its answer; that none came is an error that names the call.</summary>
internal static class HttpCalls
{
    public static async Task<ServiceAnswer> SendAsync(HttpClient http, HttpRequestMessage message, string service, string what, CancellationToken cancellationToken, Action<HttpResponseMessage>? look = null)
    {
        var call = $"{message.Method} {message.RequestUri}";
        try
        {
            using var response = await http.SendAsync(message, cancellationToken);
            look?.Invoke(response);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return new ServiceAnswer(service, what, call, response.StatusCode, text, RequestId(response));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutRejectedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var why = e is TimeoutRejectedException or OperationCanceledException ? "no answer in time" : e.InnerException is { } cause && !e.Message.Contains(cause.Message, StringComparison.Ordinal) ? $"{e.Message} {cause.Message}" : e.Message;
            throw new OpenStackException(FailureKind.Infrastructure, $"{service}: cannot {what}: {call}: {why}", e) { Call = call };
        }
    }

    private static string? RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-openstack-request-id", out var ids) || response.Headers.TryGetValues("x-compute-request-id", out ids) ? ids.FirstOrDefault() : null;
}
