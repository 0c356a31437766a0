using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;
using Polly.Retry;

namespace Teuthology;

/// <summary>Calls to a server that speaks paddles' calls: JSON there and back, tried again with growing pauses while the server is away or stumbles.</summary>
public sealed class ServerCalls
{
    // What paddles answers when its database wanted the transaction again; the same status also says that machines are missing.
    private const string Stumbled = "retry";
    private static readonly ResiliencePropertyKey<ServerCall> Asked = new("call");
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly IProgress<string>? _progress;
    private readonly int _tries;
    private readonly string _kind;
    private readonly string? _token;
    private readonly ResiliencePipeline<ServerAnswer> _pipeline;

    /// <summary>Calls to one server.</summary>
    /// <param name="http">Client; its own timeout holds for each try.</param>
    /// <param name="url">The server's address.</param>
    /// <param name="kind">What it is to us, for messages: <c>lock server</c>.</param>
    /// <param name="options">How patient.</param>
    /// <exception cref="ConfigurationException">The address is none.</exception>
    public ServerCalls(HttpClient http, string url, string kind, ServerPatience options)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
            throw new ConfigurationException($"'{url}' is no address of a {kind}; one looks like http://127.0.0.1:8080/");
        (_http, _root, _progress, _tries, _kind) = (http, root, options.Progress, options.Tries, kind);
        var builder = new ResiliencePipelineBuilder<ServerAnswer> { TimeProvider = options.Time };
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<ServerAnswer>
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

        _token = options.Token ?? ServerToken.Choose(Environment.GetEnvironmentVariable);
        _pipeline = builder.Build();
        Place = url;
    }

    /// <summary>The server's address as it was given.</summary>
    public string Place { get; }

    /// <summary>Asks; the caller reads the status.</summary>
    /// <param name="call">What.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server is away, or answers no JSON.</exception>
    public async Task<ServerAnswer> SendAsync(ServerCall call, CancellationToken cancellationToken)
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

    private async Task<ServerAnswer> SendOnceAsync(ServerCall call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_root, call.Path));
        if (call.Body is not null)
            request.Content = new StringContent(call.Body.ToJsonString(), Encoding.UTF8, "application/json");
        if (_token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new ServerAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null);
    }

    // A call that may have been carried out is not sent again, unless twice is as good as once.
    private static bool IsPassing(Outcome<ServerAnswer> outcome, ResilienceContext context)
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

    private static string Told(Outcome<ServerAnswer> outcome) => outcome.Exception is { } e
        ? $"cannot be reached ({e.Message})"
        : $"answers {(int)outcome.Result!.Status}";

    private TeuthologyException Away(ServerCall call, string why, Exception? inner) =>
        new(FailureKind.Infrastructure, $"{_kind} {Place}: cannot {call.What}: {why}", inner);
}
