using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Bench;

/// <summary>A job that both programs run.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Roles">Roles of its one machine.</param>
/// <param name="Tasks">Its tasks as YAML.</param>
/// <param name="Own">Names of these tasks, in order.</param>
internal sealed record QaJob(string Name, string Roles, string Tasks, params string[] Own)
{
    /// <summary>Without a cluster: tasks that are Python in Ceph's qa tree.</summary>
    public static IReadOnlyList<QaJob> Plain { get; } =
    [
        new("certificates", "client.0", "- openssl_keys:\n    root: {client: client.0, cn: root}\n    leaf: {client: client.0, cn: leaf, ca: root}\n- exec: {client.0: ['ls $TESTDIR/ca']}\n", "openssl_keys", "exec"),
        new("cleanup", "client.0", "- exec_on_cleanup: {client.0: ['echo at last']}\n- exec: {client.0: ['echo at first']}\n", "exec_on_cleanup", "exec"),
        new("failure", "client.0", "- openssl_keys:\n    root: {client: client.0, cn: root}\n- exec: {client.0: ['exit 7']}\n", "openssl_keys", "exec"),
    ];

    /// <summary>With a cluster; the first two are rbd:singleton {all/verify_pool} and rados:singleton {all/admin-socket} but for <c>install</c>.</summary>
    /// <param name="qa">The <c>qa</c> directory of a checkout of Ceph.</param>
    public static IEnumerable<QaJob> OnCeph(string qa) =>
    [
        OfFragment("verify_pool", Path.Combine(qa, "suites/rbd/singleton/all/verify_pool.yaml"), "ceph", "workunit"),
        OfFragment("admin-socket", Path.Combine(qa, "suites/rados/singleton/all/admin-socket.yaml"), "ceph", "admin_socket"),
        new("radosbench", "mon.a, mgr.x, osd.0, osd.1, client.0", "- ceph:\n- radosbench: {clients: [client.0], time: 20, size: 65536}\n", "ceph", "radosbench"),
    ];

    /// <summary>Whether it has a cluster.</summary>
    public bool IsOnCeph => Own[0] == "ceph";

    /// <summary>The job's file: what all have, and with a cluster the lab's overlay.</summary>
    /// <param name="common">Targets and the like.</param>
    public string Text(string common)
    {
        var job = (YamlMap)YamlLoader.Load($"{common}roles: [[{Roles}]]\ntasks:\n{Tasks}", Name)!;
        if (IsOnCeph)
            LabOverlay.Ceph.MergeInto(job);
        return YamlDumper.Dump(job);
    }

    private static QaJob OfFragment(string name, string path, params string[] own)
    {
        var fragment = (YamlMap)YamlLoader.LoadFile(path)!;
        var tasks = new YamlList();
        foreach (var task in (YamlList)fragment.Get("tasks")!)
        {
            if (task is not YamlMap map || !map.ContainsKey("install"))
                tasks.Add(task);
        }

        return new QaJob(name, string.Join(", ", ((YamlList)((YamlList)fragment.Get("roles")!)[0]!).OfType<string>()), YamlDumper.Dump(tasks), own);
    }
}
