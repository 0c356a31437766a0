using System.Net;
using System.Text;

namespace Teuthology.Tasks;

/// <summary>Files of <c>etc/hadoop</c> for a cluster of one master and its slaves.</summary>
/// <param name="testDirectory">The job's directory on the machines.</param>
/// <param name="master">Address of the master.</param>
internal sealed class HadoopConf(string testDirectory, string master)
{
    /// <summary>Names and contents.</summary>
    /// <param name="hdfs">Hadoop's own file system, else CephFS.</param>
    /// <param name="slaves">Addresses.</param>
    public IEnumerable<(string Name, string Content)> Files(bool hdfs, IEnumerable<string> slaves) =>
    [
        ("slaves", string.Join('\n', slaves)),
        ("masters", master),
        ("core-site.xml", Xml(hdfs ? Own() : Ceph())),
        ("yarn-site.xml", Xml(
        [
            ("yarn.resourcemanager.resourcetracker.address", $"{master}:8025"),
            ("yarn.resourcemanager.scheduler.address", $"{master}:8030"),
            ("yarn.resourcemanager.address", $"{master}:8050"),
            ("yarn.resourcemanager.admin.address", $"{master}:8041"),
            ("yarn.resourcemanager.hostname", master),
            ("yarn.nodemanager.aux-services", "mapreduce_shuffle"),
            ("yarn.nodemanager.sleep-delay-before-sigkill.ms", "10000"),
        ])),
        ("hdfs-site.xml", Xml([("dfs.replication", "1")])),
        ("mapred-site.xml", Xml([("mapred.job.tracker", $"{master}:9001"), ("mapreduce.framework.name", "yarn")])),
    ];

    private static string Xml(IEnumerable<(string Name, string Value)> properties)
    {
        var text = new StringBuilder("<configuration>\n");
        foreach (var (name, value) in properties)
            text.Append("  <property>\n    <name>").Append(name).Append("</name>\n    <value>").Append(WebUtility.HtmlEncode(value)).Append("</value>\n  </property>\n");
        return text.Append("</configuration>\n").ToString();
    }

    private (string, string)[] Own() => [("fs.defaultFS", $"hdfs://{master}:9000"), ("hadoop.tmp.dir", $"{testDirectory}/hadoop_tmp")];

    private (string, string)[] Ceph() =>
    [
        ("fs.default.name", $"ceph://{master}:6789/"),
        ("fs.defaultFS", $"ceph://{master}:6789/"),
        ("ceph.conf.file", "/etc/ceph/ceph.conf"),
        ("ceph.mon.address", $"{master}:6789"),
        ("ceph.auth.id", "admin"),
        ("fs.AbstractFileSystem.ceph.impl", "org.apache.hadoop.fs.ceph.CephFs"),
        ("fs.ceph.impl", "org.apache.hadoop.fs.ceph.CephFileSystem"),
    ];
}
