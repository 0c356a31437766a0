using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Teuthology.Jobs;

/// <summary>
/// Sends spans and measures to an OpenTelemetry collector. OpenTelemetry's own variables say where and how (OTEL_EXPORTER_OTLP_ENDPOINT, …);
/// without an endpoint none of this is made and no assembly of it is loaded.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const int MostMillisecondsAtTheEnd = 5000;
    private readonly TracerProvider _spans;
    private readonly MeterProvider _measures;

    public TelemetryExport()
    {
        _spans = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource()).AddSource(JobTelemetry.Name).AddOtlpExporter().Build();
        _measures = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource()).AddMeter(JobTelemetry.Name).AddOtlpExporter().Build();
    }

    /// <summary>Whether the environment names a collector.</summary>
    public static bool IsAskedFor =>
        (IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") || IsSet("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"))
        && !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    public void Dispose()
    {
        _spans.Shutdown(MostMillisecondsAtTheEnd);
        _measures.Shutdown(MostMillisecondsAtTheEnd);
        _spans.Dispose();
        _measures.Dispose();
    }

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last: they win.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("teuthology", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
