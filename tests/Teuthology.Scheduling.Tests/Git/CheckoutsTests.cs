using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Scheduling.Tests;

public sealed class CheckoutsTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("teuthology-git-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("git@git.ceph.com/ceph-qa-suite.git", "git.ceph.com_ceph-qa-suite")]
    [InlineData("git://git.ceph.com/ceph-qa-suite.git", "git.ceph.com_ceph-qa-suite")]
    [InlineData("https://github.com/ceph/ceph", "github.com_ceph_ceph")]
    [InlineData("https://github.com/liewegas/ceph.git", "github.com_liewegas_ceph")]
    [InlineData("file:///my/dir/has/ceph.git", "my_dir_has_ceph")]
    public void NameOf_ARepository_IsUpstreams(string url, string name) => Assert.Equal(name, Checkouts.NameOf(url));

    [Theory]
    [InlineData("https://..")]
    [InlineData("https://./")]
    [InlineData("https://")]
    public void NameOf_NoRepository_IsRefused(string url) => Assert.Throws<ConfigurationException>(() => Checkouts.NameOf(url));

    [Fact]
    public async Task Fetch_BranchAndCommit_AreWorkTreesOfOneBareRepository()
    {
        var (first, repository) = Commit("one");
        var checkouts = new Checkouts(Path.Combine(_home, "src"), TimeProvider.System, NullLogger.Instance);

        var main = await checkouts.FetchAsync(repository, "main", null, default);
        Assert.Equal("one", File.ReadAllText(Path.Combine(main, "file")));
        Commit("two");
        Assert.Equal(main, await checkouts.FetchAsync(repository, "main", null, default));
        var old = await checkouts.FetchAsync(repository, "main", first, default);

        Assert.Equal("two", File.ReadAllText(Path.Combine(main, "file")));
        Assert.Equal("one", File.ReadAllText(Path.Combine(old, "file")));
        Assert.EndsWith($"_{first}", old);
        Assert.Single(Directory.GetDirectories(Path.Combine(_home, "src")), path => File.Exists(Path.Combine(path, "HEAD")));
    }

    [Fact]
    public async Task Fetch_AtOnce_GivesEachTheSame()
    {
        var (_, repository) = Commit("one");

        var paths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Checkouts(Path.Combine(_home, "src"), TimeProvider.System, NullLogger.Instance).FetchAsync(repository, "main", null, default)));

        Assert.Equal("one", File.ReadAllText(Path.Combine(Assert.Single(paths.Distinct()), "file")));
    }

    [Theory]
    [InlineData("nothere", "Branch 'nothere' not found in repo: ")]
    [InlineData("a b", "Illegal branch name: 'a b'")]
    [InlineData("--upload-pack=x", "Illegal branch name: '--upload-pack=x'")]
    public async Task Fetch_NoSuchBranch_IsBadInput(string branch, string message)
    {
        var (_, repository) = Commit("one");
        var checkouts = new Checkouts(Path.Combine(_home, "src"), TimeProvider.System, NullLogger.Instance);

        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => checkouts.FetchAsync(repository, branch, null, default));

        Assert.StartsWith(message, failure.Message);
    }

    private (string Commit, string Repository) Commit(string content)
    {
        var (bare, tree) = (Path.Combine(_home, "ceph.git"), Path.Combine(_home, "tree"));
        if (!Directory.Exists(bare))
        {
            Git(_home, "init", "--quiet", "--bare", "--initial-branch=main", bare);
            Git(_home, "clone", "--quiet", bare, tree);
            Git(tree, "checkout", "--quiet", "-B", "main");
        }

        File.WriteAllText(Path.Combine(tree, "file"), content);
        Git(tree, "add", "--all");
        Git(tree, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "--quiet", "-m", content);
        Git(tree, "push", "--quiet", "origin", "main");
        return (Git(tree, "rev-parse", "HEAD").Trim(), bare);
    }

    private static string Git(string directory, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", directory, .. arguments]) { RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
