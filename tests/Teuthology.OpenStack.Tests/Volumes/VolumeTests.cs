namespace Teuthology.OpenStack.Tests.Volumes;

/// <summary>Volumes of the real Cinder.</summary>
public sealed class VolumeTests : CloudTests
{
    [SkippableFact]
    public async Task CreateVolumeAsync_WithMetadata_IsFoundByItAndCountsForTheLimits()
    {
        var metadata = new Dictionary<string, string> { ["teuthology-run"] = "some/run" };
        var ordered = await Own.Volumes.CreateVolumeAsync(new VolumeOrder { Name = "target-1", Size = 2, Metadata = metadata }, default);
        var volume = await Own.Volumes.WaitForVolumeAsync(ordered.Id, RealCloud.Deadline, default);

        Assert.Equal((2, "target-1"), (volume.Size, volume.Name));
        Assert.NotNull(volume.CreatedAt);
        Assert.Equal(volume.Id, Assert.Single(await Own.Volumes.VolumesAsync(metadata, default)).Id);
        await Own.Volumes.SetMetadataAsync(volume.Id, new Dictionary<string, string> { ["more"] = "1" }, default);
        var changed = await Own.Volumes.FindVolumeAsync(volume.Id, default);
        Assert.Equal(("1", "some/run"), (changed!.Metadata["more"], changed.Metadata["teuthology-run"]));
        var limits = await Own.Volumes.LimitsAsync(default);
        Assert.Equal((1, 2), (limits.VolumesUsed, limits.GigabytesUsed));
        Assert.True(await Own.Volumes.DeleteVolumeAsync(volume.Id, default));
        while (await Own.Volumes.FindVolumeAsync(volume.Id, default) is not null)
            await Task.Delay(100);
        Assert.False(await Own.Volumes.DeleteVolumeAsync(volume.Id, default));
        Assert.Equal(new Microversion(3, 60), await Own.Volumes.VersionAsync(default));
    }

    [SkippableFact]
    public async Task CreateVolumeAsync_BeyondTheQuota_IsToldAsSuch()
    {
        var error = await Assert.ThrowsAsync<QuotaExceededException>(() => Own.Volumes.CreateVolumeAsync(new VolumeOrder { Name = "vast", Size = 5000 }, default));

        Assert.Contains("cannot create volume vast of 5000 GiB", error.Message, StringComparison.Ordinal);
    }
}
