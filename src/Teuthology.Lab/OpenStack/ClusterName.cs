using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>Names of clusters: part of names of servers, key pairs and security groups, and of host names.</summary>
public static partial class ClusterName
{
    /// <summary>Checks a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="mark">Where it stands, if in a file.</param>
    /// <returns>It.</returns>
    /// <exception cref="ConfigurationException">It cannot be part of a host name.</exception>
    public static string Read(string name, YamlMark? mark = null) => Valid().IsMatch(name)
        ? name
        : throw new ConfigurationException($"the cluster's name '{name}' must have lower case letters, digits and '-' only, begin with a letter, and at most 30 of them", mark);

    [GeneratedRegex(@"\A[a-z][-a-z0-9]{0,28}[a-z0-9]?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Valid();
}
