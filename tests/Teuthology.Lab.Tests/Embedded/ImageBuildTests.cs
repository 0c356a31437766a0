namespace Teuthology.Lab.Tests;

/// <summary>The real build, killed in the middle.</summary>
public sealed class ImageBuildTests : IDisposable
{
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("teuthology-build-");

    public void Dispose() => _cache.Delete(recursive: true);

    [SkippableFact]
    public async Task Ensure_ControllerKilledWhilePackagesUnpack_EndsTheBuildAndLeavesNothingThatLooksWhole()
    {
        Skip.If(RootHost.Obstacle() is not null, RootHost.Obstacle());
        using var controller = LeaseClient.Start("image-build", _cache.FullName);
        while (await controller.StandardOutput.ReadLineAsync() is { } line && !line.Contains("unpacking the base", StringComparison.Ordinal))
        {
        }

        // Some way into it: mounts are made, dpkg runs
        var root = Path.Combine(Assert.Single(_cache.GetDirectories()).FullName, "root", "var", "lib", "dpkg", "status");
        while (!File.Exists(root) && !controller.HasExited)
            await Task.Delay(50);
        Assert.False(controller.HasExited);
        controller.Kill();
        await controller.WaitForExitAsync();

        // Its parts notice by themselves that it is gone
        while (Builders().Any())
            await Task.Delay(50);
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), l => l.Contains(_cache.FullName, StringComparison.Ordinal));
        var store = RootLabController.Images(_cache.FullName);
        Assert.False(store.Image.Exists);
        Assert.Single(await store.CollectGarbageAsync(CancellationToken.None));
        Assert.Empty(_cache.GetDirectories());
    }

    private IEnumerable<string> Builders() => Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Where(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(_cache.FullName, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
