using System.Reflection;
using System.Text;

namespace Teuthology.Tasks;

/// <summary>The small programs that tasks put on machines; they are kept as files of their own beside the tasks.</summary>
internal static class NodeTools
{
    /// <summary>Those that belong into /usr/bin for as long as a job runs.</summary>
    public static IReadOnlyList<string> Shipped { get; } = ["daemon-helper", "adjust-ulimits", "ceph-coverage", "stdin-killer"];

    /// <summary>The text of a program.</summary>
    public static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Ceph.Node." + name)!);
        return reader.ReadToEnd();
    }

    /// <summary>Shell, for root, that installs them.</summary>
    public static string ShipScript()
    {
        var script = new StringBuilder();
        foreach (var name in Shipped)
            script.Append("cat >/usr/bin/").Append(name).Append(" <<'END-OF-FILE'\n").Append(Read(name)).Append("END-OF-FILE\nchmod a=rx /usr/bin/").Append(name).Append('\n');
        return script.ToString();
    }

    /// <summary>Shell, for root, that takes them away.</summary>
    public static string RemoveScript() => "rm -f " + string.Join(' ', Shipped.Select(n => "/usr/bin/" + n)) + "\n";
}
