using System.Text.Json;

namespace Teuthology.Suites.Conformance;

/// <summary>A tree of suites on disk, described by JSON: a text, null (an empty directory), a link or base64 for each path.</summary>
internal sealed class SyntheticTree : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("teuthology-tree-").FullName;

    private SyntheticTree()
    {
        Suites = Path.Combine(_root, "suites");
        Directory.CreateDirectory(Suites);
    }

    public string Suites { get; }

    public bool HasScripts { get; private set; }

    public static SyntheticTree Write(JsonElement files)
    {
        var tree = new SyntheticTree();
        foreach (var file in files.EnumerateObject())
        {
            var path = Path.Combine(tree.Suites, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (file.Value.ValueKind == JsonValueKind.Null)
                Directory.CreateDirectory(path);
            else if (file.Value.ValueKind == JsonValueKind.String)
                tree.WriteText(path, file.Value.GetString()!);
            else if (file.Value.TryGetProperty("symlink", out var target))
                File.CreateSymbolicLink(path, target.GetString()!);
            else
                File.WriteAllBytes(path, file.Value.GetProperty("base64").GetBytesFromBase64());
        }

        return tree;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void WriteText(string path, string text)
    {
        HasScripts |= text.Contains("merge:", StringComparison.Ordinal);
        File.WriteAllText(path, text);
    }
}
