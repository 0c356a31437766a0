using System.Reflection;

namespace Teuthology.Tasks;

/// <summary>
/// The ceph.conf that every cluster starts from: settings of Ceph QA's skeleton of Pacific's time, then those that a cluster
/// on plain files in small containers needs to become healthy. A job's <c>conf</c> goes over both.
/// </summary>
public static class ConfSkeleton
{
    /// <summary>A fresh copy.</summary>
    public static CephConf Create()
    {
        var conf = new CephConf();
        var section = "global";
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Ceph.Conf.skeleton.conf")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('['))
                section = line.Trim('[', ']', ' ');
            else if (line.Split('=', 2) is [var option, var value] && !line.StartsWith('#'))
                conf.Set(section, option.Trim(), value.Trim());
        }

        return conf;
    }
}
