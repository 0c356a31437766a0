using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Which build of a project is wanted.</summary>
/// <param name="Kind"><c>tag</c>, <c>branch</c> or <c>sha1</c>.</param>
/// <param name="Value">Its name, or the commit.</param>
public sealed record BuildReference(string Kind, string Value)
{
    /// <summary>Keys that name a build, the strongest first.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["tag", "branch", "sha1"];

    /// <summary>Path of the build below a gitbuilder's directory: <c>sha1/…</c> or <c>ref/…</c>.</summary>
    public string Path => $"{(Kind == "sha1" ? "sha1" : "ref")}/{Value}";

    /// <summary>
    /// The build that a configuration wants on a machine: tag before branch before sha1, each looked for under <c>all</c>, then under the
    /// machine's roles, then at the top (upstream's order).
    /// </summary>
    /// <param name="config">Configuration of <c>install</c>.</param>
    /// <param name="roles">Roles of the machine.</param>
    /// <returns>Null when it names none.</returns>
    public static BuildReference? Choose(YamlMap config, IEnumerable<string> roles)
    {
        var own = roles.ToList();
        foreach (var key in Keys)
        {
            var value = config.TryGetMap("all", out var all)
                ? all.Get(key)
                : own.Select(role => (config.Get(role) as YamlMap)?.Get(key)).FirstOrDefault(v => v is not null) ?? config.Get(key);
            if (value is not (null or YamlMap or YamlList))
                return new BuildReference(key, Convert.ToString(value, CultureInfo.InvariantCulture)!);
        }

        return null;
    }

    /// <summary>E.g. <c>branch main</c>.</summary>
    public override string ToString() => $"{Kind} {Value}";
}
