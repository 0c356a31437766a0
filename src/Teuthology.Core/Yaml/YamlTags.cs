namespace Teuthology.Yaml;

/// <summary>Names of the tags of YAML 1.1's type repository.</summary>
internal static class YamlTags
{
    public const string Prefix = "tag:yaml.org,2002:";
    public const string Null = Prefix + "null";
    public const string Bool = Prefix + "bool";
    public const string Int = Prefix + "int";
    public const string Float = Prefix + "float";
    public const string Binary = Prefix + "binary";
    public const string Timestamp = Prefix + "timestamp";
    public const string OrderedMap = Prefix + "omap";
    public const string Pairs = Prefix + "pairs";
    public const string Set = Prefix + "set";
    public const string String = Prefix + "str";
    public const string Sequence = Prefix + "seq";
    public const string Map = Prefix + "map";
    public const string Merge = Prefix + "merge";
    public const string Value = Prefix + "value";
}
