using System.Net;

namespace Teuthology.Lab;

/// <summary>Deploys systems to physical hosts by Pelagos; an idle host is parked on its maintenance image. Kind <c>pelagos</c>.</summary>
/// <param name="options">Endpoint and patience.</param>
/// <param name="site">Domain of the hosts.</param>
/// <param name="http">Client.</param>
/// <param name="time">Clock.</param>
internal sealed class PelagosReimager(PelagosOptions options, SiteConfig site, HttpClient http, TimeProvider time) : IReimager
{
    private const string Parked = "maintenance_image";
    private readonly ServiceClient _pelagos = new(http, "Pelagos", options.Endpoint, _ => { });

    public string Kind => "pelagos";

    public bool Reimages => true;

    // It has no call that only asks; that it answers at all has to do.
    public async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _pelagos.SendAsync(HttpMethod.Get, "", null, cancellationToken);
            return answer.Status < HttpStatusCode.InternalServerError ? null : $"{answer.Error().Message}; check pelagos.endpoint";
        }
        catch (TeuthologyException e)
        {
            return $"{e.Message}; check pelagos.endpoint";
        }
    }

    /// <remarks>Pelagos has no call that stops a deployment: one that was given up goes on there.</remarks>
    public async Task<string?> DeployAsync(Machine host, MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var system = order.OsVersion is { Length: > 0 } version ? $"{order.OsType}-{version}" : order.OsType!;
        progress?.Report($"Pelagos deploys {system} to {host.Name}");
        var task = await ProvisionAsync(host, system, cancellationToken);
        var location = task.Header("Location") ?? throw task.Error("the answer has no header Location that tells the task");
        var end = await options.Deploy.UntilAsync(
            async _ =>
            {
                var state = await _pelagos.SendAsync(HttpMethod.Get, location, null, cancellationToken);
                return state.Status == HttpStatusCode.Accepted && state.Header("status") == "not completed" ? null : state;
            },
            waited => task.Error($"the deployment of {host.Name} is not through after {waited.TotalSeconds:F0} s"),
            time,
            cancellationToken);
        return end.Status == HttpStatusCode.OK ? null : throw end.Error($"Deploy failed: {(int)end.Status} {end.Status}");
    }

    public Task ReleaseAsync(Machine host, CancellationToken cancellationToken) => ProvisionAsync(host, Parked, cancellationToken);

    private async Task<ServiceAnswer> ProvisionAsync(Machine host, string system, CancellationToken cancellationToken)
    {
        var node = site.LabDomain.Length > 0 && !host.Name.Contains('.', StringComparison.Ordinal) ? $"{host.Name}.{site.LabDomain.TrimStart('.')}" : host.Name;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("os", system), KeyValuePair.Create("node", node)]);
        return await _pelagos.OrderAsync(HttpMethod.Post, "node/provision", form, cancellationToken);
    }
}
