namespace Teuthology.Orchestra.Tests;

/// <summary>With ipmitool and a simulated management controller.</summary>
public sealed class BmcTests(BmcSimulator bmc) : IClassFixture<BmcSimulator>
{
    [SkippableFact]
    public async Task Power_OnCycleResetOff_IsTheControllers()
    {
        Skip.If(bmc.Missing is not null, bmc.Missing);
        var log = new LineKeeper();
        var console = new IpmiConsole("127.front.example.com", bmc.Options, TimeProvider.System, log);
        await console.PowerOnAsync(default);
        Assert.Equal("1", bmc.Power);
        Assert.True(await console.CheckPowerAsync(on: true, new Poll(), default));
        await console.HardResetAsync(default);
        Assert.Contains("set reset 1", bmc.Orders);
        await console.PowerCycleAsync(default);
        await console.PowerOffForAsync(TimeSpan.FromMilliseconds(10), default);
        Assert.Equal("1", bmc.Power);
        Assert.True(await console.PowerOffAsync(log, default));
        Assert.False(await console.IsPowerAsync(on: true, default));
        Assert.Equal(["Power on", "Power on completed", "Performing hard reset", "Hard reset completed", "Power cycling", "Power cycle completed", "Power off for 0.01 seconds"], log.Lines.Where(line => line.StartsWith('P') || line.StartsWith('H')).Take(7));
    }

    [SkippableFact]
    public async Task Login_PromptComesOrNot_IsSeenOnTheSerialLine()
    {
        Skip.If(bmc.Missing is not null, bmc.Missing);
        var log = new LineKeeper();
        var console = new IpmiConsole("127", bmc.Options, TimeProvider.System, log);
        await console.WaitForLoginAsync(null, default);
        bmc.IsUp = false;
        Assert.False(await console.CheckStatusAsync(TimeSpan.FromMilliseconds(700), log, default));
        Assert.Contains("Failed to get ipmi console status", log.Lines);
        var error = await Assert.ThrowsAsync<ConsoleException>(() => console.WaitForLoginAsync(TimeSpan.FromMilliseconds(300), default));
        Assert.Equal("Did not get a login prompt from 127!", error.Message);
        bmc.IsUp = true;
        Assert.True(await console.CheckStatusAsync(null, log, default));
    }

    [SkippableFact]
    public async Task SetPowerAsync_WrongPassword_SaysWhatUpstreamSays()
    {
        Skip.If(bmc.Missing is not null, bmc.Missing);
        var log = new LineKeeper();
        var console = new IpmiConsole("127", bmc.Options with { Password = "wrong", Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System, log);
        Assert.False(await console.PowerOffAsync(log, default));
        Assert.Contains("Failed to power off 127 in 1s", log.Lines);
    }
}
