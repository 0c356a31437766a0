using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about one client's mount by the kernel.</summary>
public sealed record KernelMountOptions
{
    private static readonly string[] Known = ["mounted", "disabled", "cephfs_name", "mntopts", "rbytes", "debug", "mount_path", "mountpoint"];

    /// <summary>Whether it is to be mounted (<c>mounted</c>, and not <c>disabled</c>).</summary>
    public bool Mounted { get; init; } = true;

    /// <summary>File system; null for the cluster's default one.</summary>
    public string? FileSystem { get; init; }

    /// <summary>Options for mount, as they are.</summary>
    public IReadOnlyList<string> MountOptions { get; init; } = [];

    /// <summary>Whether directories tell the size of what is in them.</summary>
    public bool RecursiveBytes { get; init; }

    /// <summary>Whether the kernel's modules tell what they do.</summary>
    public bool Debug { get; init; }

    /// <summary>Directory of the file system that becomes the root.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Where on the machine; null for <c>mnt.ID</c> in the test directory.</summary>
    public string? MountPoint { get; init; }

    /// <summary>Keys that have no meaning here.</summary>
    public IReadOnlyList<string> Unserved { get; init; } = [];

    /// <summary>Reads the task: nothing for all clients, a list of clients, or a mapping of clients to settings. <c>overrides.kclient</c> goes over it, its settings for all and those for a client.</summary>
    /// <param name="run">The task.</param>
    /// <exception cref="ConfigurationException">It names what is no client of the job, or a setting makes no sense.</exception>
    public static IReadOnlyDictionary<string, KernelMountOptions> Read(TaskRun run) =>
        ClientSettings.Read(run, run.Job.Overrides("kclient") ?? []).ToDictionary(client => client.Key, client => Of(client.Value));

    private static KernelMountOptions Of(TaskRun settings) => new()
    {
        Mounted = settings.Flag("mounted", true) && !settings.Flag("disabled"),
        FileSystem = settings.Text("cephfs_name"),
        MountOptions = [.. (settings.Map().Get("mntopts") as YamlList ?? []).Select(option => option as string ?? throw settings.Wrong("'mntopts' must be a list of texts", "mntopts"))],
        RecursiveBytes = settings.Flag("rbytes"),
        Debug = settings.Flag("debug"),
        Path = settings.Text("mount_path") ?? "/",
        MountPoint = settings.Text("mountpoint"),
        Unserved = [.. settings.Map().Keys.OfType<string>().Except(Known)],
    };
}
