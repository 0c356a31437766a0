namespace Teuthology.OpenStack.Tests.Images;

/// <summary>Images of the real Glance.</summary>
public sealed class ImageTests : CloudTests
{
    [SkippableFact]
    public async Task UploadAsync_OfAStream_TellsProgressAndMakesTheImageActive()
    {
        var bytes = new byte[3 << 20];
        new Random(1).NextBytes(bytes);
        using var data = new MemoryStream(bytes);
        var told = new List<long>();
        var order = new ImageOrder { Name = "teuthology-debian-12", DiskFormat = "raw", MinDisk = 1, Properties = new Dictionary<string, string> { ["os_distro"] = "debian", ["teuthology"] = "lab" }, Tags = ["teuthology"] };

        var made = await Own.Images.CreateImageAsync(order, default);
        Assert.Equal("queued", made.Status);
        Assert.Null(await Own.Images.FindByNameAsync(order.Name, default));
        var image = await Own.Images.UploadAsync(made.Id, data, new Counted(told), default);

        Assert.Equal("active", image.Status);
        Assert.Equal(bytes.Length, image.Size);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(bytes)), image.Checksum);
        Assert.Equal("debian", image.Properties["os_distro"]);
        Assert.Equal(told.Order(), told);
        Assert.Equal(bytes.Length, told[^1]);
        Assert.True(told.Count >= 3);
        Assert.Equal(made.Id, (await Own.Images.FindByNameAsync(order.Name, default))!.Id);
        Assert.Equal(made.Id, Assert.Single(await Own.Images.ImagesAsync(new ImageFilter { Properties = new Dictionary<string, string> { ["teuthology"] = "lab" }, Tags = ["teuthology"], OwnOnly = true }, default)).Id);
        Assert.True(await Own.Images.DeleteImageAsync(made.Id, default));
        Assert.False(await Own.Images.DeleteImageAsync(made.Id, default));
    }

    [SkippableFact]
    public async Task UploadAsync_WithARevokedToken_GetsANewOneBeforeTheDataFlows()
    {
        var made = await Own.Images.CreateImageAsync(new ImageOrder { Name = "late", DiskFormat = "raw" }, default);
        await Own.Identity.RevokeAsync(await Own.TokenAsync(default), default);

        using var data = new MemoryStream(new byte[5000]);
        Assert.Equal(5000, (await Own.Images.UploadAsync(made.Id, data, null, default)).Size);
        await Own.Images.DeleteImageAsync(made.Id, default);
    }

    [SkippableFact]
    public async Task ImagesAsync_InPagesOfOne_HasEverything()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await Own.Images.CreateImageAsync(new ImageOrder { Name = "page", DiskFormat = "raw" }, default)).Id);

        var found = await Open(Own.Credentials, RealCloud.Patient with { PageSize = 1 }).Images.ImagesAsync(new ImageFilter { Name = "page" }, default);

        Assert.Equal(ids.Order(), found.Select(i => i.Id).Order());
        foreach (var id in ids)
            await Own.Images.DeleteImageAsync(id, default);
    }

    private sealed class Counted(List<long> told) : IProgress<long>
    {
        public void Report(long value) => told.Add(value);
    }
}
