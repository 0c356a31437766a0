namespace Teuthology.Yaml;

/// <summary>Stands for YAML's null where it is the key of a mapping: a .NET dictionary has no null key.</summary>
public sealed class YamlNull
{
    private YamlNull()
    {
    }

    /// <summary>The one null key.</summary>
    public static YamlNull Key { get; } = new();

    /// <summary><c>null</c>.</summary>
    public override string ToString() => "null";
}
