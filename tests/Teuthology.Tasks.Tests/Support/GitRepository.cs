using System.Diagnostics;

namespace Teuthology.Tasks.Tests;

/// <summary>A git repository of some files, on one branch.</summary>
internal sealed class GitRepository : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("teuthology-git-").FullName;

    /// <summary>Makes it; a file whose text begins with <c>#!</c> can be run.</summary>
    public static async Task<GitRepository> MakeAsync(string branch, params (string Name, string Text)[] files)
    {
        var repository = new GitRepository();
        foreach (var (name, text) in files)
        {
            var path = System.IO.Path.Combine(repository.Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text);
            if (text.StartsWith("#!", StringComparison.Ordinal))
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var command in new[] { $"init -q -b {branch}", "add .", "-c user.name=t -c user.email=t@localhost commit -q -m all" })
        {
            using var git = Process.Start("git", $"-C {repository.Path} {command}");
            await git.WaitForExitAsync();
            Assert.Equal(0, git.ExitCode);
        }

        return repository;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
