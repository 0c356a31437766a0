using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;
using Polly.Retry;

namespace Teuthology.Lab;

/// <summary>Calls to a lock server: JSON there and back, tried again with growing pauses while the server is away or stumbles.</summary>
internal sealed class ServerCalls
{
    // What paddles answers when its database wanted the transaction again; the same status also says that machines are missing.
    private const string Stumbled = "retry";
    private static readonly ResiliencePropertyKey<Call> Asked = new("call");
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly IProgress<string>? _progress;
    private readonly int _tries;
    private readonly ResiliencePipeline<Answer> _pipeline;

    /// <param name="http">Client; its own timeout holds for each try.</param>
    /// <param name="url">The server's address.</param>
    /// <param name="options">How patient.</param>
    public ServerCalls(HttpClient http, string url, ServerPatience options)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw new ConfigurationException($"'{url}' is no address of a lock server; one looks like http://127.0.0.1:8080/");
        (_http, _root, _progress, _tries) = (http, root, options.Progress, options.Tries);
        var builder = new ResiliencePipelineBuilder<Answer> { TimeProvider = options.Time };
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<Answer>
            {
                MaxRetryAttempts = options.Tries - 1,
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(options.FirstPause * (1 + (attempt.AttemptNumber * 0.5))),
                ShouldHandle = attempt => ValueTask.FromResult(IsPassing(attempt.Outcome, attempt.Context)),
                OnRetry = attempt =>
                {
                    _progress?.Report($"{url} {Told(attempt.Outcome)}; try {attempt.AttemptNumber + 2} of {_tries} in {attempt.RetryDelay.TotalSeconds:0.#} s");
                    return default;
                },
            });
        }

        _pipeline = builder.Build();
        Place = url;
    }

    /// <summary>The server's address as it was given.</summary>
    public string Place { get; }

    /// <summary>Asks; the caller reads the status.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server is away, or answers no JSON.</exception>
    public async Task<Answer> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Asked, call);
        try
        {
            var answer = await _pipeline.ExecuteAsync(async c => await SendOnceAsync(call, c.CancellationToken), context);
            return answer.Status >= HttpStatusCode.InternalServerError && answer.Status != HttpStatusCode.ServiceUnavailable
                ? throw Away(call, $"it answers {(int)answer.Status} {answer.Message}".TrimEnd(), null)
                : answer;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Away(call, e is OperationCanceledException ? "it gives no answer in time" : e.Message, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<Answer> SendOnceAsync(Call call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_root, call.Path));
        if (call.Body is not null)
            request.Content = new StringContent(call.Body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new Answer(response.StatusCode, response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null);
    }

    // A call that may have been carried out is not sent again, unless twice is as good as once.
    private static bool IsPassing(Outcome<Answer> outcome, ResilienceContext context)
    {
        var once = !context.Properties.TryGetValue(Asked, out var call) || !call.Repeatable;
        return outcome switch
        {
            { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } => true,
            { Exception: HttpRequestException } => !once,
            { Exception: OperationCanceledException } => !once && !context.CancellationToken.IsCancellationRequested,
            { Result: { Status: HttpStatusCode.ServiceUnavailable, Message: var message } } => message.Contains(Stumbled, StringComparison.Ordinal),
            { Result.Status: >= HttpStatusCode.InternalServerError } => !once,
            _ => false,
        };
    }

    private static string Told(Outcome<Answer> outcome) => outcome.Exception is { } e
        ? $"cannot be reached ({e.Message})"
        : $"answers {(int)outcome.Result!.Status}";

    private TeuthologyException Away(Call call, string why, Exception? inner) =>
        new(FailureKind.Infrastructure, $"lock server {Place}: cannot {call.What}: {why}", inner);

    /// <summary>A call.</summary>
    /// <param name="Method">Its HTTP method.</param>
    /// <param name="What">In words, for the error: <c>list machines</c>.</param>
    /// <param name="Path">Below the server's address.</param>
    /// <param name="Body">What is sent, or null.</param>
    /// <param name="Repeatable">Whether it may be carried out twice.</param>
    public sealed record Call(HttpMethod Method, string What, string Path, JsonNode? Body = null, bool Repeatable = true);

    /// <summary>An answer.</summary>
    /// <param name="Status">Its status.</param>
    /// <param name="Body">Its body, when that is JSON.</param>
    public sealed record Answer(HttpStatusCode Status, JsonNode? Body)
    {
        /// <summary>Whether it was done.</summary>
        public bool Ok => (int)Status is >= 200 and < 300;

        /// <summary>The server's words; empty when there are none.</summary>
        public string Message => (Body as JsonObject)?["message"]?.ToString() ?? "";
    }
}
