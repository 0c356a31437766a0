using System.Text;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Shell that puts a cluster's files in place on one machine: a single script for a single round trip.</summary>
internal static class NodeFiles
{
    /// <summary>Writes configuration and keys, and makes the data directories and monitor stores of the machine's daemons.</summary>
    public static string Prepare(CephCluster cluster, Remote remote)
    {
        var here = cluster.Layout.On(remote).ToList();
        var name = cluster.Name;
        var script = new StringBuilder("set -e\numask 022\ninstall -d -m0777 /var/run/ceph /var/log/ceph\ninstall -d /etc/ceph\n");
        if (cluster.Layout.Cluster == Role.DefaultCluster)
            script.Append("rm -f /etc/logrotate.d/ceph /etc/logrotate.d/ceph-common\n");
        Write(script, AdminSocket.Program(name), NodeTools.Read("admin-socket.py"), "0644");
        Write(script, $"/etc/ceph/{name}.conf", cluster.Conf.ToString(), "0644");
        Write(script, $"/etc/ceph/{name}.keyring", cluster.Keys.Render("mon.", "client.admin"), "0644");
        foreach (var client in here.Where(d => d.Type == "client"))
            Write(script, $"/etc/ceph/{name}.{client.Name}.keyring", cluster.Keys.Render(client.Name), "0644");
        foreach (var daemon in here.Where(d => d.Type is "mgr" or "mds" or "osd" or "mon"))
        {
            script.Append("rm -rf ").Append(daemon.DataDirectory).Append("\ninstall -d ").Append(daemon.DataDirectory).Append('\n');
            if (daemon.Type != "mon")
                Write(script, daemon.DataDirectory + "/keyring", cluster.Keys.Render(daemon.Name), "0600");
        }

        var mons = here.Where(d => d.Type == "mon").ToList();
        if (mons.Count > 0)
        {
            script.Append("t=$(mktemp -d)\n");
            Write(script, "$t/keyring", cluster.Keys.Render(), "0600");
            script.Append("monmaptool --create --clobber --fsid ").Append(cluster.Fsid).Append(" --enable-all-features");
            foreach (var (id, address) in cluster.MonAddresses)
                script.Append(address.StartsWith('[') ? " --addv " : " --add ").Append(ShellQuote.Join([id, address]));
            script.Append(" $t/monmap >/dev/null\n");
            foreach (var mon in mons)
                script.Append($"ceph-mon --cluster {name} --mkfs -i {mon.Id} --monmap $t/monmap --keyring $t/keyring\nchown -R ceph:ceph {mon.DataDirectory}\n");
            script.Append("rm -rf $t\n");
        }

        return script.ToString();
    }

    /// <summary>Makes the object stores of the machine's OSDs, all at once.</summary>
    public static string MakeOsds(CephCluster cluster, IEnumerable<CephDaemon> osds)
    {
        var script = new StringBuilder("t=$(mktemp -d)\n");
        foreach (var osd in osds)
        {
            script.Append($"( ceph-osd --no-mon-config --cluster {cluster.Name} --mkfs -i {osd.Id} --osd-uuid {cluster.OsdUuids[osd.Id]} >$t/{osd.Id} 2>&1 || exit; ")
                .Append($"chown -R ceph:ceph {osd.DataDirectory} ) & p=\"$p {osd.Id}:$!\"\n");
        }

        script.Append("status=0\nfor x in $p; do wait ${x#*:} || { status=$?; echo \"osd.${x%%:*}: mkfs failed with status $status\" >&2; tail -n 20 $t/${x%%:*} >&2; }; done\nrm -rf $t\nexit $status\n");
        return script.ToString();
    }

    /// <summary>Takes away what a cluster left on a machine, so that the next one finds it as it was. Logs and crash reports stay for the archive.</summary>
    public static string Remove(CephCluster cluster, Remote remote)
    {
        var script = new StringBuilder();
        foreach (var daemon in cluster.Layout.On(remote))
        {
            script.Append(daemon.Type == "client"
                ? $"rm -f /etc/ceph/{cluster.Name}.{daemon.Name}.keyring\n"
                : $"rm -rf {daemon.DataDirectory}\n");
        }

        return script.Append($"rm -f /etc/ceph/{cluster.Name}.conf /etc/ceph/{cluster.Name}.keyring /var/run/ceph/{cluster.Name}-*\n").ToString();
    }

    private static void Write(StringBuilder script, string path, string text, string mode) =>
        script.Append("cat >").Append(path).Append(" <<'END-OF-FILE'\n").Append(text).Append("END-OF-FILE\nchmod ").Append(mode).Append(' ').Append(path).Append('\n');
}
