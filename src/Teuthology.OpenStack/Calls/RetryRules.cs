using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Teuthology.OpenStack;

/// <summary>Which calls are made again, and when.</summary>
internal static class RetryRules
{
    /// <summary>On a request that may be carried out twice.</summary>
    public static readonly HttpRequestOptionsKey<bool> Repeatable = new("teuthology.repeatable");

    /// <summary>On a request whose body is read once and takes its time.</summary>
    public static readonly HttpRequestOptionsKey<bool> Upload = new("teuthology.upload");

    /// <summary>Tries with growing pauses, each with a deadline.</summary>
    public static void Add(ResiliencePipelineBuilder<HttpResponseMessage> builder, OpenStackOptions options)
    {
        builder.TimeProvider = options.Time;
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstPause,
                MaxDelay = options.LongestPause,
                ShouldHandle = attempt => ValueTask.FromResult(IsPassing(attempt.Outcome, attempt.Context, options)),
                DelayGenerator = attempt => ValueTask.FromResult(Asked(attempt.Outcome.Result, options)),
                OnRetry = attempt =>
                {
                    options.Progress?.Report($"{attempt.Context.GetRequestMessage()?.RequestUri} {Told(attempt.Outcome)}; try {attempt.AttemptNumber + 2} of {options.Tries} in {attempt.RetryDelay.TotalSeconds:0.#} s");
                    return default;
                },
            });
        }

        builder.AddTimeout(new TimeoutStrategyOptions
        {
            TimeoutGenerator = attempt => ValueTask.FromResult(Is(attempt.Context.GetRequestMessage(), Upload) ? Timeout.InfiniteTimeSpan : options.CallTimeout),
        });
    }

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome, ResilienceContext context, OpenStackOptions options)
    {
        var request = context.GetRequestMessage();
        if (Is(request, Upload))
            return false;
        var twice = request?.Method != HttpMethod.Post || Is(request, Repeatable);
        return outcome switch
        {
            { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } => true,
            { Exception: HttpRequestException or TimeoutRejectedException } => twice,
            { Exception: not null } => false,
            { Result: { StatusCode: HttpStatusCode.TooManyRequests } result } => MayWait(result, options),
            { Result: { StatusCode: HttpStatusCode.RequestEntityTooLarge } result } => Asked(result, options) > TimeSpan.Zero && MayWait(result, options),
            { Result: { StatusCode: HttpStatusCode.Conflict } } => request?.Method == HttpMethod.Delete,
            { Result: { StatusCode: HttpStatusCode.RequestTimeout } } => twice,
            { Result: { StatusCode: >= HttpStatusCode.InternalServerError and not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported) } result } => twice && MayWait(result, options),
            _ => false,
        };
    }

    private static bool MayWait(HttpResponseMessage result, OpenStackOptions options) => (Asked(result, options) ?? TimeSpan.Zero) <= options.LongestPause;

    private static TimeSpan? Asked(HttpResponseMessage? result, OpenStackOptions options) => result?.Headers.RetryAfter switch
    {
        { Delta: { } pause } => pause,
        { Date: { } date } when date > options.Time.GetUtcNow() => date - options.Time.GetUtcNow(),
        _ => null,
    };

    private static bool Is(HttpRequestMessage? request, HttpRequestOptionsKey<bool> key) => request is not null && request.Options.TryGetValue(key, out var value) && value;

    private static string Told(Outcome<HttpResponseMessage> outcome) => outcome.Exception is { } e
        ? $"gives no answer ({e.Message})"
        : $"answers {(int)outcome.Result!.StatusCode}";
}
