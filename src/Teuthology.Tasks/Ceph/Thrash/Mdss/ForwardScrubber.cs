using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Scrubs one file system from its root, again and again.</summary>
internal sealed class ForwardScrubber(CephCluster cluster, string fileSystem, TimeSpan limit, TimeSpan pause, ILogger log)
    : Thrasher($"fwd_scrub {fileSystem}", 0, log, cluster)
{
    private static readonly TimeSpan SteadyLimit = TimeSpan.FromMinutes(5);
    private int _scrubs;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Wait("all servers active or standing by", SteadyLimit).UntilAsync(
            async ct => await MdsMap.ReadAsync(Cluster, fileSystem, ct) is not { } map || map.Servers.All(s => s.State is "up:active" or "up:standby" or "up:standby-replay"),
            cancellationToken);
        await Cluster.Health.CleanAsync(cancellationToken);
    }

    protected override async Task ThrashAsync(CancellationToken cancellationToken)
    {
        while (!Stopping)
        {
            await ScrubAsync(cancellationToken);
            _scrubs++;
            await PauseAsync(pause);
        }
    }

    protected override Task MendAsync(CancellationToken cancellationToken)
    {
        Say($"scrubbed {_scrubs} times");
        return Task.CompletedTask;
    }

    private async Task ScrubAsync(CancellationToken cancellationToken)
    {
        var begun = await TellAsync(["start", "/", "recursive,force"], cancellationToken);
        if ((string?)begun["scrub_tag"] is not { } tag || (int?)begun["return_code"] != 0 || (string?)begun["mode"] != "asynchronous")
            throw new TeuthologyException(FailureKind.Product, $"scrub of file system {fileSystem} did not begin: {begun.ToJsonString()}");
        await Wait($"scrub {tag} done", limit).UntilAsync(
            async ct => (await TellAsync(["status"], ct))["scrubs"] is not JsonObject scrubs || !scrubs.ContainsKey(tag),
            cancellationToken);
    }

    private Task<JsonNode> TellAsync(IEnumerable<string> words, CancellationToken cancellationToken) =>
        Cluster.CephJsonAsync(["tell", $"mds.{fileSystem}:0", "scrub", .. words], cancellationToken);

    private Poll Wait(string what, TimeSpan most) => new() { Sleep = TimeSpan.FromSeconds(1), Timeout = most, Time = Time, Action = $"file system {fileSystem}: {what}" };
}
