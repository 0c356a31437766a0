namespace Teuthology.Lab.Tests;

/// <summary>How images are kept, with a build that takes no time: the launcher makes the files itself.</summary>
public sealed class ImageStoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("teuthology-image-");
    private readonly ImageRecipe _recipe = new() { Suite = RootHost.Suite() };

    public void Dispose() => _directory.Delete(recursive: true);

    [SkippableFact]
    public async Task Ensure_ManyAskAtOnce_BuildsOnce()
    {
        NeedApt();
        var launcher = Launcher("echo built >> $log; echo '@step one'; mkdir $3/root $3/debs; touch $3/id_ed25519 $3/id_ed25519.pub; echo '@step done'");

        var images = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => Store(launcher).EnsureAsync(null, CancellationToken.None))));

        Assert.Single(images.Distinct());
        Assert.Equal("built\n", await File.ReadAllTextAsync(Log));
        Assert.Equal(["id_ed25519", "id_ed25519.pub", "root", "steps.txt"], Directory.GetFileSystemEntries(images[0].Directory).Select(Path.GetFileName).Order());
        Assert.EndsWith(" one", Assert.Single(await File.ReadAllLinesAsync(images[0].StepsFile)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Ensure_BuildFails_TellsWhyAndLeavesNothingThatLooksWhole()
    {
        NeedApt();
        var store = Store(Launcher("mkdir $3/root; echo 'E: no such package'; echo '@fail apt cannot resolve'; exit 1"));

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => store.EnsureAsync(null, CancellationToken.None));

        Assert.Equal(FailureKind.Infrastructure, error.Kind);
        Assert.Equal("the machines' image cannot be built: apt cannot resolve\nE: no such package", error.Message);
        Assert.Empty(Directory.GetDirectories(_directory.FullName));
    }

    [Fact]
    public async Task CollectGarbage_HalfBuiltImage_IsRemoved()
    {
        var store = Store(Launcher("exit 1"));
        var half = _directory.CreateSubdirectory($"building-{Path.GetFileName(store.Image.Directory)}");
        half.CreateSubdirectory("root");

        Assert.False(store.Image.Exists);
        Assert.Equal([half.FullName], await store.CollectGarbageAsync(CancellationToken.None));
        Assert.False(Directory.Exists(half.FullName));
    }

    [Fact]
    public async Task CollectGarbage_ImagesOfOtherRecipes_RemovesThoseThatNobodyAskedForInTwoWeeks()
    {
        var store = Store(Launcher("exit 1"));
        foreach (var (name, days) in new[] { ("recent", 13), ("old", 15), ("old+userns", 15), (Path.GetFileName(store.Image.Directory), 15) })
        {
            var image = new LabImage(_directory.CreateSubdirectory(name).FullName);
            await File.WriteAllTextAsync(image.IdentityFile, "");
            await File.WriteAllTextAsync(image.StepsFile, "");
            File.SetLastWriteTimeUtc(image.StepsFile, DateTime.UtcNow.AddDays(-days));
        }

        Assert.Equal([Path.Combine(_directory.FullName, "old")], await store.CollectGarbageAsync(CancellationToken.None));
        Assert.True(store.Image.Exists);
    }

    [Fact]
    public void Hash_RecipeChanges_ChangesToo()
    {
        var hashes = new[] { _recipe, _recipe with { Suite = "other" }, _recipe with { Installed = ["apt"] }, _recipe with { Offered = ["ceph"] }, _recipe with { Held = [] } }.Select(r => r.Hash());

        Assert.Equal(5, hashes.Distinct().Count());
        Assert.Equal(_recipe.Hash(), new ImageRecipe { Suite = _recipe.Suite }.Hash());
    }

    private string Log => Path.Combine(_directory.FullName, "builds.log");

    private static void NeedApt() => Skip.If(
        new AptSources("/etc/apt", RootHost.Suite()).Read().Count == 0 || ToolRun.Find("apt-config") is null,
        "this host has no apt with sources of Debian main; run on Debian");

    private ImageStore Store(string launcher) => new(_directory.FullName, _recipe, "", [launcher], TimeProvider.System);

    // Called as the real one: bash SCRIPT WORK, or rm -rf …
    private string Launcher(string build)
    {
        var path = Path.Combine(_directory.FullName, "launcher");
        File.WriteAllText(path, $"#!/bin/sh\n[ \"$1\" != rm ] || exec \"$@\"\nlog={Log}\n{build}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
