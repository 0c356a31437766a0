using Sentry;
using Sentry.Extensibility;

namespace Teuthology.Jobs;

/// <summary>Keeps why Sentry's client could not send: it tells nobody else.</summary>
internal sealed class SentryTroubles : IDiagnosticLogger
{
    private string? _first;

    /// <summary>The first trouble, null when all went well.</summary>
    public string? First => Volatile.Read(ref _first);

    public bool IsEnabled(SentryLevel level) => level >= SentryLevel.Error;

    public void Log(SentryLevel logLevel, string message, Exception? exception = null, params object?[] args)
    {
        var text = args.Length == 0 ? message : string.Format(System.Globalization.CultureInfo.InvariantCulture, message, args);
        Interlocked.CompareExchange(ref _first, exception is null ? text : $"{text} {exception.Message}", null);
    }
}
