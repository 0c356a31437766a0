namespace Teuthology.OpenStack.Tests.Configuration;

/// <summary>A directory of a test.</summary>
internal sealed class Files : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("teuthology-clouds-").FullName;

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
