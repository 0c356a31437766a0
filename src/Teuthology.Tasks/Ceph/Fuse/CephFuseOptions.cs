using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about one client's mount.</summary>
public sealed record CephFuseOptions
{
    private static readonly string[] Known = ["disabled", "skip", "mounted", "mount_timeout", "auth_id", "cephfs_name", "mount_path", "mountpoint", "mount_wait"];

    /// <summary>Whether it is to be mounted (<c>mounted</c>, and neither <c>disabled</c> nor <c>skip</c>).</summary>
    public bool Mounted { get; init; } = true;

    /// <summary>How long mounting may take, <c>mount_timeout</c>.</summary>
    public TimeSpan MountTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Name it authenticates by, without <c>client.</c>; null for the role's own.</summary>
    public string? AuthId { get; init; }

    /// <summary>File system; null for the cluster's default one.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Directory of the file system that becomes the root; null for all of it.</summary>
    public string? Path { get; init; }

    /// <summary>Where on the machine; null for <c>mnt.ID</c> in the test directory.</summary>
    public string? MountPoint { get; init; }

    /// <summary>Keys that have no meaning here.</summary>
    public IReadOnlyList<string> Unserved { get; init; } = [];

    /// <summary>Reads the task: nothing for all clients, a list of clients, or a mapping of clients to settings; settings for all may stand beside them. <c>overrides.ceph-fuse</c> goes over it.</summary>
    /// <param name="run">The task.</param>
    /// <exception cref="ConfigurationException">It names what is no client of the job, or a setting makes no sense.</exception>
    public static IReadOnlyDictionary<string, CephFuseOptions> Read(TaskRun run) =>
        ClientSettings.Read(run, run.Job.Overrides("ceph-fuse") ?? run.Job.Overrides("ceph_fuse") ?? []).ToDictionary(client => client.Key, client => Of(client.Value));

    private static CephFuseOptions Of(TaskRun settings) => new()
    {
        Mounted = settings.Flag("mounted", true) && !settings.Flag("disabled") && !settings.Flag("skip"),
        MountTimeout = settings.Seconds("mount_timeout", TimeSpan.FromSeconds(30)),
        AuthId = settings.Text("auth_id"),
        FileSystem = settings.Text("cephfs_name"),
        Path = settings.Text("mount_path"),
        MountPoint = settings.Text("mountpoint"),
        Unserved = [.. settings.Map().Keys.OfType<string>().Except(Known)],
    };
}
