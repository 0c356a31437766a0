using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>An inventory whose groups are made of roles.</summary>
internal static class RoleGroups
{
    /// <summary>The text of it: groups and hosts in order, of each host the variables as <c>name='value'</c>.</summary>
    /// <param name="run">The job.</param>
    /// <param name="remotes">Its machines.</param>
    /// <param name="rolesOfGroups">By group, what its machines' roles begin with.</param>
    /// <param name="variables">Variables of a machine.</param>
    public static string Write(TaskRun run, IReadOnlyList<Remote> remotes, IReadOnlyDictionary<string, string> rolesOfGroups, Func<Remote, YamlMap> variables)
    {
        var text = new StringBuilder();
        foreach (var (group, role) in rolesOfGroups.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var members = remotes.Where(remote => run.Job.Cluster.RolesOf(remote).Any(r => r.StartsWith(role, StringComparison.Ordinal))).OrderBy(r => r.HostName, StringComparer.Ordinal).ToList();
            if (members.Count == 0)
                continue;
            text.Append('[').Append(group).Append("]\n");
            foreach (var remote in members)
                text.AppendJoin(' ', variables(remote).OrderBy(v => (string)v.Key, StringComparer.Ordinal).Select(Variable).Prepend(remote.HostName)).Append('\n');
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Variable(KeyValuePair<object, object?> variable) => $"{variable.Key}='{CanonicalJson.Write(variable.Value).Trim('"')}'";
}
