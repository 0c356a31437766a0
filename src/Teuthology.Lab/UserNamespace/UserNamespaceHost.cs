namespace Teuthology.Lab;

/// <summary>What the host must have so that an ordinary user can be root of a namespace of his own.</summary>
internal static class UserNamespaceHost
{
    /// <summary>Runs a command as that root, with mounts of its own.</summary>
    public static readonly IReadOnlyList<string> Launcher =
        ["unshare", "--user", "--map-auto", "--map-root-user", "--mount", "--propagation", "private"];

    /// <summary>Why it does not work here, with the remedy; null when it does.</summary>
    public static async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
            return "the userns lab is for ordinary users: root has the root lab";
        if (ToolRun.Find("newuidmap") is null || ToolRun.Find("newgidmap") is null)
            return "for machines with a root of their own, run as root or allow user namespaces: sudo apt-get install uidmap";
        if (HostSystem.Read() is var (system, _) && system != "debian")
            return $"this host runs {system}; the machines' image is made from a Debian host's package sources";
        if (new[] { "ip", "setpriv", "flock", "nsenter", "dpkg-deb", "apt-get" }.FirstOrDefault(p => ToolRun.Find(p) is null) is { } missing)
            return $"for machines with a root of their own, {missing} is missing: sudo apt-get install iproute2 util-linux dpkg apt";
        try
        {
            await ToolRun.RunAsync(Launcher[0], [.. Launcher.Skip(1), "--net", "sh", "-c", "mount -t tmpfs tmpfs /run"], cancellationToken);
            return null;
        }
        catch (TeuthologyException e)
        {
            var me = Environment.UserName;
            return HasRange("/etc/subuid", me) && HasRange("/etc/subgid", me)
                ? $"user namespaces do not work on this host ({e.Message}): see user_namespaces(7) and /proc/sys/user/max_user_namespaces"
                : $"for machines with a root of their own, you need user ids to give them: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {me}";
        }
    }

    // subuid(5): name or number of the user, first id, how many
    private static bool HasRange(string file, string user) =>
        File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));
}
