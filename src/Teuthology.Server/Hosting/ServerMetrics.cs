using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>
/// <c>/metrics</c>: what the server did and what the lab is doing, as Prometheus reads it (text format 0.0.4). Requests are told apart by route, never by what a
/// client wrote.
/// </summary>
internal sealed class ServerMetrics(TimeProvider time)
{
    private static readonly double[] Bounds = [0.005, 0.025, 0.1, 0.5, 2.5, 10];
    private readonly ConcurrentDictionary<(string Method, string Route, int Status), RouteCount> _requests = new();
    private readonly long _began = time.GetTimestamp();

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", (ServerMetrics metrics, ResultsStore results, LeaseStore nodes, CancellationToken token) => metrics.WriteAsync(results, nodes, token));

    /// <summary>Around the call.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            var method = context.Request.Method is "GET" or "HEAD" or "PUT" or "POST" or "DELETE" or "OPTIONS" or "PATCH" ? context.Request.Method : "other";
            _requests.GetOrAdd((method, route, context.Response.StatusCode), _ => new RouteCount(Bounds.Length)).Add(time.GetElapsedTime(began).TotalSeconds);
        }
    }

    private async Task<IResult> WriteAsync(ResultsStore results, LeaseStore nodes, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        Head(text, "teuthology_http_request_seconds", "histogram", "Time that requests took.");
        foreach (var ((method, route, status), count) in _requests.OrderBy(entry => entry.Key))
            count.Write(text, "teuthology_http_request_seconds", string.Create(CultureInfo.InvariantCulture, $"method=\"{method}\",route=\"{Escaped(route)}\",status=\"{status}\""));
        Head(text, "teuthology_nodes", "gauge", "Machines by type and state.");
        foreach (var group in (await nodes.ListAsync(cancellationToken)).GroupBy(node => (node.MachineType, node.Up, node.Locked)).OrderBy(group => group.Key))
            text.Append(CultureInfo.InvariantCulture, $"teuthology_nodes{{machine_type=\"{Escaped(group.Key.MachineType)}\",up=\"{(group.Key.Up ? 1 : 0)}\",locked=\"{(group.Key.Locked ? 1 : 0)}\"}} {group.Count()}\n");
        Head(text, "teuthology_jobs", "gauge", "Jobs by state.");
        foreach (var (state, jobs) in await results.JobCountsAsync(cancellationToken))
            text.Append(CultureInfo.InvariantCulture, $"teuthology_jobs{{status=\"{state}\"}} {jobs}\n");
        Head(text, "teuthology_uptime_seconds", "gauge", "How long the server runs.");
        text.Append(CultureInfo.InvariantCulture, $"teuthology_uptime_seconds {time.GetElapsedTime(_began).TotalSeconds:F0}\n");
        Head(text, "process_resident_memory_bytes", "gauge", "Memory of the server.");
        text.Append(CultureInfo.InvariantCulture, $"process_resident_memory_bytes {Environment.WorkingSet}\n");
        return Microsoft.AspNetCore.Http.Results.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class RouteCount(int bounds)
    {
        private readonly long[] _buckets = new long[bounds];
        private readonly Lock _lock = new();
        private long _count;
        private double _sum;

        public void Add(double seconds)
        {
            lock (_lock)
            {
                for (var i = 0; i < _buckets.Length; i++)
                {
                    if (seconds <= Bounds[i])
                        _buckets[i]++;
                }

                _count++;
                _sum += seconds;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                for (var i = 0; i < _buckets.Length; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{Bounds[i]}\"}} {_buckets[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"+Inf\"}} {_count}\n{name}_sum{{{labels}}} {_sum:G6}\n{name}_count{{{labels}}} {_count}\n");
            }
        }
    }
}
