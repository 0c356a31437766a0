using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>Daemons of the job, whoever started them. Those of our own clusters are stopped and started in the clusters' way.</summary>
/// <param name="job">The job.</param>
/// <param name="clusters">The clusters, or null.</param>
internal sealed class DaemonCalls(JobContext job, IHostedClusters? clusters)
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(300);

    /// <summary>All daemons; first has them kept otherwise where that is asked.</summary>
    public JsonNode All(JsonObject with)
    {
        if (with.MaybeText("use") is { } keeper)
            (job.Daemons.UseSystemd, job.Daemons.UseCephadm) = (keeper == "systemd", keeper == "cephadm");
        return new JsonArray([.. job.Daemons.All.Select(daemon => (JsonNode)new JsonObject { ["role"] = daemon.Role, ["host"] = daemon.Remote.Name })]);
    }

    public async Task<JsonNode?> ServeAsync(JsonObject with, Func<Remote> host, CancellationToken ct)
    {
        var role = with.Text("role");
        switch (with.Text("action"))
        {
            case "register":
                await job.Daemons.RegisterAsync(role, host(), () => with.Command(), Options(with), ct);
                return null;
            case "add":
                await job.Daemons.AddAsync(role, host(), () => with.Command(), Options(with), ct);
                return null;
            case "replace":
                await job.Daemons.RegisterAsync(role, Find(role).Remote, () => with.Command(), Options(with), ct);
                return null;
            case "state":
                return await StateAsync(Find(role), ct);
            case "start" or "restart" when clusters is not null && await RestartAsync(role, with.Text("action") == "restart", ct):
                return null;
            case "start":
                await Find(role).StartAsync(ct);
                return null;
            case "restart":
                await Find(role).RestartAsync(ct);
                return null;
            case "restart_with":
                await Find(role).RestartWithAsync([.. with["args"]!.AsArray().Select(arg => (string)arg!)], ct);
                return null;
            case "stop":
                if (clusters is null || !await clusters.TryStopAsync(job, role, ct))
                    await Find(role).StopAsync(with.Seconds("seconds") ?? StopLimit, ct);
                return null;
            case "signal":
                await Find(role).SignalAsync((int)with.Whole("signal"), ct);
                return null;
            case "reset":
                (Find(role) as RemoteDaemon)?.Reset();
                return null;
            case "check":
                return await Find(role).CheckStatusAsync(ct);
            case "wait":
                await Find(role).WaitAsync(with.Seconds("seconds") ?? TimeSpan.FromDays(1), ct);
                return null;
            case var other:
                throw new ArgumentException($"daemon: no action '{other}'");
        }
    }

    private IDaemon Find(string role) => job.Daemons.All.FirstOrDefault(daemon => daemon.Role == role)
        ?? throw new TeuthologyException(FailureKind.Test, $"no daemon {role} was started in this job");

    private async Task<bool> RestartAsync(string role, bool stop, CancellationToken ct) =>
        (!stop || await clusters!.TryStopAsync(job, role, ct)) && await clusters!.TryStartAsync(job, role, ct);

    private static async Task<JsonNode> StateAsync(IDaemon daemon, CancellationToken ct) => daemon is RemoteDaemon { Process: var process } kept
        ? new JsonObject { ["kept"] = process is not null, ["finished"] = process is { Finished: true }, ["status"] = kept.LastResult?.ExitStatus }
        : new JsonObject { ["kept"] = await daemon.IsRunningAsync(ct), ["finished"] = false, ["status"] = null };

    private DaemonOptions Options(JsonObject with) => new()
    {
        ByHelper = with.Flag("helper"),
        Fsid = with.MaybeText("fsid"),
        Started = with.Flag("started"),
        Log = with.MaybeText("logger") is { } logger ? job.Loggers.CreateLogger(logger) : null,
    };
}
