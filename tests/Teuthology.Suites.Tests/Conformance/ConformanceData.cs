using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using ZstdSharp;

namespace Teuthology.Suites.Tests;

/// <summary>What the real upstream code answered: <c>shared/conformance</c> in a directory above the tests.</summary>
internal static class ConformanceData
{
    private static readonly Lazy<string?> Found = new(Find);
    private static readonly Lazy<string> Trees = new(Unpack);

    /// <summary>Path of a file of the data; skips the test where the data are absent.</summary>
    public static string PathOf(string name)
    {
        Skip.If(Found.Value is null, "no directory above the tests has shared/conformance (answers of upstream's code); put it beside the clone to run this");
        return Path.Combine(Found.Value!, name);
    }

    public static bool HasTree(string tree) => File.Exists(PathOf($"trees/{tree}.tar.zst"));

    /// <summary>The unpacked tree.</summary>
    public static string Tree(string tree) => Path.Combine(Trees.Value, tree);

    public static string SuitesOf(string tree) => Path.Combine(Tree(tree), tree.StartsWith("ceph-", StringComparison.Ordinal) ? "qa/suites" : "suites");

    /// <summary>The records of a .jsonl.gz file.</summary>
    public static IEnumerable<JsonElement> Lines(string name)
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

    private static string? Find()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            if (Path.Combine(directory, "shared", "conformance") is var data && Directory.Exists(data))
                return data;
        return null;
    }

    private static string Unpack()
    {
        var target = Directory.CreateTempSubdirectory("teuthology-trees-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        foreach (var archive in Directory.EnumerateFiles(PathOf("trees"), "*.tar.zst"))
        {
            using var tar = new DecompressionStream(File.OpenRead(archive), leaveOpen: false);
            TarFile.ExtractToDirectory(tar, target, overwriteFiles: true);
        }

        return target;
    }
}
