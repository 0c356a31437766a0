namespace Teuthology.OpenStack.Tests.Quotas;

/// <summary>Needs beside the real limits of a project: 10 servers, 20 cores, 51200 MiB; 10 volumes, 1000 GiB; 2 floating IPs.</summary>
public sealed class QuotaCheckTests : CloudTests
{
    [SkippableFact]
    public async Task LacksAsync_OfWhatTheProjectMayHave_IsEmpty()
    {
        var small = await FlavorAsync(Own, "m1.small");
        var need = ResourceNeed.Of(small, 4) + new ResourceNeed { Volumes = 3, Gigabytes = 30 };

        Assert.Empty(await new QuotaCheck(Own).LacksAsync(need, default));
        await new QuotaCheck(Own).RequireAsync(need, default);
    }

    [SkippableFact]
    public async Task RequireAsync_OfMore_SaysWhichLimitLacksHowMuch()
    {
        var volume = await Own.Volumes.CreateVolumeAsync(new VolumeOrder { Name = "there", Size = 100 }, default);
        var need = new ResourceNeed { Servers = 11, Cores = 44, Ram = 51200, Volumes = 2, Gigabytes = 1000, FloatingIps = 5 };

        var error = await Assert.ThrowsAsync<QuotaExceededException>(() => new QuotaCheck(Own).RequireAsync(need, default));

        Assert.Contains("11 servers needed, 0 of 10 in use: 1 missing; 44 cores needed, 0 of 20 in use: 24 missing; 1000 GiB of volumes needed, 100 of 1000 in use: 100 missing; 5 floating IPs needed, 0 of 2 in use: 3 missing", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("memory", error.Message, StringComparison.Ordinal);
        await Own.Volumes.WaitForVolumeAsync(volume.Id, RealCloud.Deadline, default);
        await Own.Volumes.DeleteVolumeAsync(volume.Id, default);
    }
}
