using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Lab;

/// <summary>Names and places of one root lab; two state directories give two labs that share none of them.</summary>
internal sealed class RootLab
{
    /// <param name="options">Where the state is, how many machines.</param>
    public RootLab(LabOptions options)
    {
        Directory = Path.Combine(Path.GetFullPath(options.StateDirectory), "lab");
        Id = "teuth-" + Digest(Directory);
        Cgroup = Environment.IsPrivilegedProcess && FindCgroupRoot() is { } root ? Path.Combine(root, Id) : null;
        Script = Path.Combine(options.CacheDirectory, "lab", $"node-{Digest(EmbeddedScripts.Node)}.sh");
    }

    /// <summary>All of the lab's files.</summary>
    public string Directory { get; }

    /// <summary>Name of the hub's network namespace and of the lab's cgroup.</summary>
    public string Id { get; }

    /// <summary>The lab's cgroup, or null where the host has no cgroup2 or gives us none.</summary>
    public string? Cgroup { get; }

    /// <summary>File of the hub's network namespace, as ip-netns(8) keeps it.</summary>
    public string Hub => Path.Combine("/run/netns", Id);

    /// <summary>The script that brings machines up and down. It is kept with the images: a lab that goes away must not take it from one that starts.</summary>
    public string Script { get; }

    /// <summary>Snapshots of machines; they outlive the lab.</summary>
    public string Snapshots => Path.Combine(Path.GetDirectoryName(Directory)!, "snapshots");

    /// <summary>One directory a machine.</summary>
    public string Nodes => Path.Combine(Directory, "nodes");

    /// <summary>Files of machines that are gone, until a process of their own has removed them.</summary>
    public string Gone => Path.Combine(Directory, "gone");

    /// <summary>True when anything of the lab exists.</summary>
    public bool Exists => System.IO.Directory.Exists(Directory) || File.Exists(Hub);

    /// <summary>The directory of a machine.</summary>
    public RootNode Node(string name) => new(Path.Combine(Nodes, name), Cgroup is null ? null : Path.Combine(Cgroup, name));

    /// <summary>State directory of the lab of that id, as it was told when its network was made; null when it never was, or is gone by order.</summary>
    public static string? DirectoryOf(string id)
    {
        var file = Path.Combine(Register, id);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    /// <summary>Forgets where a lab's state was.</summary>
    public static void Forget(string id)
    {
        File.Delete(Path.Combine(Register, id));
        if (System.IO.Directory.Exists(Register) && !System.IO.Directory.EnumerateFileSystemEntries(Register).Any())
            System.IO.Directory.Delete(Register);
    }

    // One file a lab, named by its id: written by node.sh
    private const string Register = "/run/teuthology";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    // cgroup2 is mounted on /sys/fs/cgroup, or on /sys/fs/cgroup/unified beside version 1
    public static string? FindCgroupRoot() => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' '))
        .Where(f => f.Length > 3 && f[2] == "cgroup2" && f[3].Split(',').Contains("rw", StringComparer.Ordinal) && File.Exists(Path.Combine(f[1], "cgroup.procs")))
        .Select(f => f[1])
        .FirstOrDefault();
}
