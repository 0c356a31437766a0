using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>A Python tuple within a script; becomes a list where it is put into the job.</summary>
/// <param name="items">Its items.</param>
internal sealed class PythonTuple(YamlList items)
{
    public YamlList Items { get; } = items;
}
