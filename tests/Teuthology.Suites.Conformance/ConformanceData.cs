using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using ZstdSharp;

namespace Teuthology.Suites.Conformance;

/// <summary>What the real upstream code answered, and the trees it was asked about.</summary>
internal sealed class ConformanceData(string directory) : IDisposable
{
    private readonly Lazy<string> _trees = new(() => Unpack(Path.Combine(directory, "trees")));

    public void Dispose()
    {
        if (_trees.IsValueCreated)
            Directory.Delete(_trees.Value, recursive: true);
    }

    /// <summary>Path of a file of the data.</summary>
    public string PathOf(string name) => Path.Combine(directory, name);

    public bool Has(string name) => Path.Exists(PathOf(name));

    public bool HasTree(string tree) => File.Exists(PathOf($"trees/{tree}.tar.zst"));

    /// <summary>The unpacked tree.</summary>
    public string Tree(string tree) => Path.Combine(_trees.Value, tree);

    public string SuitesOf(string tree) => Path.Combine(Tree(tree), tree.StartsWith("ceph-", StringComparison.Ordinal) ? "qa/suites" : "suites");

    /// <summary>The records of a .jsonl.gz file.</summary>
    public IEnumerable<JsonElement> Lines(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(PathOf(name)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonDocument.Parse(line).RootElement;
    }

    public static JsonElement Json(string path)
    {
        using Stream file = File.OpenRead(path);
        using var content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return JsonDocument.Parse(content).RootElement;
    }

    private static string Unpack(string archives)
    {
        var target = Directory.CreateTempSubdirectory("teuthology-trees-").FullName;
        foreach (var archive in Directory.EnumerateFiles(archives, "*.tar.zst"))
        {
            using var tar = new DecompressionStream(File.OpenRead(archive), leaveOpen: false);
            TarFile.ExtractToDirectory(tar, target, overwriteFiles: true);
        }

        return target;
    }
}
