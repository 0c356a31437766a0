using System.Diagnostics;

namespace Teuthology.Cli.Tests;

/// <summary>A repository of this host, a bare one, with a branch main.</summary>
internal sealed class GitRepository
{
    private readonly string _tree;

    private GitRepository(string path, string tree) => (Path, _tree) = (path, tree);

    public string Path { get; }

    /// <summary>The newest commit of main.</summary>
    public string Head { get; private set; } = "";

    public static async Task<GitRepository> MakeAsync(Cli cli, string name, params (string File, string Content)[] files)
    {
        var repository = new GitRepository(System.IO.Path.Combine(cli.Directory, name), System.IO.Path.Combine(cli.Directory, name + ".tree"));
        await GitAsync(cli.Directory, "init", "--quiet", "--bare", "--initial-branch=main", repository.Path);
        await GitAsync(cli.Directory, "clone", "--quiet", repository.Path, repository._tree);
        repository.Head = await repository.CommitAsync("main", files);
        return repository;
    }

    /// <summary>Commits on a branch, or under another reference: <c>refs/…</c>.</summary>
    public async Task<string> CommitAsync(string branch, params (string File, string Content)[] files)
    {
        var isBranch = !branch.StartsWith("refs/", StringComparison.Ordinal);
        await GitAsync(_tree, ["checkout", "--quiet", .. isBranch ? new[] { "-B", branch } : ["--detach"]]);
        foreach (var (file, content) in files)
        {
            var path = System.IO.Path.Combine(_tree, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, content);
        }

        await GitAsync(_tree, "add", "--all");
        await GitAsync(_tree, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "-m", "m");
        await GitAsync(_tree, "push", "--quiet", "origin", isBranch ? branch : $"HEAD:{branch}");
        return (await GitAsync(_tree, "rev-parse", "HEAD")).Trim();
    }

    private static async Task<string> GitAsync(string directory, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", directory, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = git.StandardError.ReadToEndAsync();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.True(git.ExitCode == 0, await error);
        return output;
    }
}
