using System.Globalization;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>The servers of one lab in a cloud: lists, renews and removes them, with their volumes and floating addresses.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="options">Which lab.</param>
/// <param name="time">Clock.</param>
internal sealed class ServerFleet(OpenStackCloud cloud, CloudOptions options, TimeProvider time)
{
    /// <summary>Key of metadata: the machine that a server or volume is.</summary>
    public const string MachineKey = "teuthology-machine";

    /// <summary>Key of metadata: which controllers share it.</summary>
    public const string LabKey = "teuthology-lab";

    /// <summary>Key of metadata: what a server is there for.</summary>
    public const string UseKey = "teuthology-use";

    /// <summary>Value of <see cref="UseKey"/>: a job of the run gave it back, and the next may have it.</summary>
    public const string Idle = "idle";

    /// <summary>How long a lease in the cloud holds without renewal.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan DeletionPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DetachPatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>All servers of this lab, whoever of its processes made them.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Server>> ServersAsync(CancellationToken cancellationToken) =>
        cloud.Compute.ServersAsync(new ServerFilter { Tags = [RunMarks.Setup], Metadata = Marks() }, cancellationToken);

    /// <summary>All volumes of this lab.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Volume>> VolumesAsync(CancellationToken cancellationToken) =>
        await cloud.Volumes.ExistsAsync(cancellationToken) ? await cloud.Volumes.VolumesAsync(Marks(), cancellationToken) : [];

    /// <summary>The machine that a server is; null for one of somebody else.</summary>
    public static string? MachineOf(IReadOnlyDictionary<string, string> metadata) => metadata.GetValueOrDefault(MachineKey);

    /// <summary>Whether a server waits for the next job of its run.</summary>
    public static bool IsIdle(IReadOnlyDictionary<string, string> metadata) => metadata.GetValueOrDefault(UseKey) == Idle;

    /// <summary>Whether something in the cloud is a machine of this lab.</summary>
    public bool IsOurs(IReadOnlyDictionary<string, string> marks) => marks.GetValueOrDefault(LabKey) == options.Lab && marks.ContainsKey(MachineKey);

    /// <summary>What is written onto what belongs to a machine.</summary>
    public Dictionary<string, string> Metadata(RunStamp stamp, string machine) => new(stamp.Metadata(), StringComparer.Ordinal) { [MachineKey] = machine, [LabKey] = options.Lab };

    /// <summary>Says that a server is cared for still.</summary>
    public Task RenewAsync(string id, CancellationToken cancellationToken) =>
        cloud.Compute.SetMetadataAsync(id, RunStamp.LeaseMetadata(time.GetUtcNow() + Lease), cancellationToken);

    /// <summary>Says of a server that no job has it, and stops its processors: nothing that the job left running goes on.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestAsync(Server server, CancellationToken cancellationToken)
    {
        var marks = new Dictionary<string, string>(RunStamp.LeaseMetadata(time.GetUtcNow() + Lease), StringComparer.Ordinal) { [UseKey] = Idle };
        await cloud.Compute.SetMetadataAsync(server.Id, marks, cancellationToken);
        await cloud.Compute.PauseServerAsync(server.Id, cancellationToken);
        await cloud.Compute.WaitForStatusAsync(server.Id, "PAUSED", DetachPatience, cancellationToken);
    }

    /// <summary>Gives a server to a job.</summary>
    /// <param name="id">The server.</param>
    /// <param name="stamp">The job.</param>
    /// <param name="machine">The machine that it is from now on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task AdoptAsync(string id, RunStamp stamp, string machine, CancellationToken cancellationToken) =>
        cloud.Compute.SetMetadataAsync(id, new Dictionary<string, string>(Metadata(stamp, machine), StringComparer.Ordinal) { [UseKey] = "job" }, cancellationToken);

    /// <summary>Removes the volumes of a machine whose server stays: a volume keeps what a job wrote.</summary>
    /// <param name="server">The server.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">A volume does not go.</exception>
    public async Task RemoveVolumesAsync(Server server, string machine, CancellationToken cancellationToken)
    {
        for (var start = time.GetTimestamp(); ;)
        {
            var volumes = (await VolumesAsync(cancellationToken)).Where(v => MachineOf(v.Metadata) == machine).ToList();
            if (volumes.Count == 0)
                return;
            if (time.GetElapsedTime(start) > DetachPatience)
                throw new OpenStackException(FailureKind.Infrastructure, $"volume {volumes[0].Name} of {server.Name} is in state {volumes[0].Status} after {DetachPatience.TotalSeconds:0} s");
            foreach (var volume in volumes)
            {
                if (volume.Status == "in-use")
                    await cloud.Compute.DetachVolumeAsync(server.Id, volume.Id, cancellationToken);
                else if (volume.Status is "available" or "error")
                    await cloud.Volumes.DeleteVolumeAsync(volume.Id, cancellationToken);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Says of a machine that it stays until somebody takes it away, whoever lives or dies.</summary>
    /// <param name="machine">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task KeepAsync(string machine, CancellationToken cancellationToken)
    {
        var kept = RunStamp.LeaseMetadata(null);
        foreach (var server in (await ServersAsync(cancellationToken)).Where(s => MachineOf(s.Metadata) == machine))
            await cloud.Compute.SetMetadataAsync(server.Id, kept, cancellationToken);
        foreach (var volume in (await VolumesAsync(cancellationToken)).Where(v => MachineOf(v.Metadata) == machine))
            await cloud.Volumes.SetMetadataAsync(volume.Id, kept, cancellationToken);
    }

    /// <summary>Removes a machine: its servers, then its volumes and floating addresses. Goes on until nothing is left.</summary>
    /// <param name="machine">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was removed.</returns>
    public Task<IReadOnlyList<Server>> RemoveAsync(string machine, CancellationToken cancellationToken) =>
        RemoveAsync(server => MachineOf(server.Metadata) == machine, volume => MachineOf(volume.Metadata) == machine, cancellationToken);

    /// <summary>Removes servers, then volumes, of this lab. Goes on until nothing is left.</summary>
    /// <param name="isServer">Which servers.</param>
    /// <param name="isVolume">Which volumes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<Server>> RemoveAsync(Func<Server, bool> isServer, Func<Volume, bool> isVolume, CancellationToken cancellationToken)
    {
        var removed = new Dictionary<string, Server>(StringComparer.Ordinal);
        for (var round = 0; ; round++)
        {
            var servers = (await ServersAsync(cancellationToken)).Where(isServer).ToList();
            var volumes = (await VolumesAsync(cancellationToken)).Where(isVolume).ToList();
            if (servers.Count == 0 && volumes.Count == 0)
                return [.. removed.Values];
            foreach (var server in servers)
            {
                removed[server.Id] = server;
                await RemoveServerAsync(server, force: round > 1, cancellationToken);
            }

            foreach (var volume in volumes)
                await RemoveVolumeAsync(volume, force: round > 1, cancellationToken);
            if (round > 0)
                await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task RemoveServerAsync(Server server, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveFloatingAsync(server, cancellationToken);
            if (force)
                await cloud.Compute.ForceDeleteServerAsync(server.Id, cancellationToken);
            else
                await cloud.Compute.DeleteServerAsync(server.Id, cancellationToken);
            await cloud.Compute.WaitForDeletionAsync(server.Id, DeletionPatience, cancellationToken);
        }
        catch (OpenStackException e)
        {
            // The next round tries again; only time ends it.
            cloud.Options.Progress?.Report($"server {server.Name} is not gone yet: {e.Message}");
            await Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken);
        }
    }

    private async Task RemoveVolumeAsync(Volume volume, bool force, CancellationToken cancellationToken)
    {
        try
        {
            if (force)
                await cloud.Volumes.ForceDeleteVolumeAsync(volume.Id, cancellationToken);
            else
                await cloud.Volumes.DeleteVolumeAsync(volume.Id, cancellationToken);
        }
        catch (OpenStackException e)
        {
            // It may be on its way from the server still.
            cloud.Options.Progress?.Report($"volume {volume.Name} is not gone yet: {e.Message}");
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }

    private async Task RemoveFloatingAsync(Server server, CancellationToken cancellationToken)
    {
        if (options.FloatingNetwork is null)
            return;
        var ports = (await cloud.Network.PortsAsync(server.Id, cancellationToken)).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var address in (await cloud.Network.FloatingIpsAsync(cancellationToken)).Where(f => f.PortId is { } port && ports.Contains(port)))
            await cloud.Network.DeleteFloatingIpAsync(address.Id, cancellationToken);
    }

    private Dictionary<string, string> Marks() => new(StringComparer.Ordinal) { [RunMarks.Setup] = options.Cluster, [LabKey] = options.Lab };

    /// <summary>Name of a machine's server.</summary>
    public string NameOf(string machine) => string.Create(CultureInfo.InvariantCulture, $"{options.Cluster}-{machine}");
}
