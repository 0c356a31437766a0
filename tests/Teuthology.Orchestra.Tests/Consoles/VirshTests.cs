namespace Teuthology.Orchestra.Tests;

/// <summary>
/// With virsh and libvirt's own test driver. The driver lives in virsh: each command finds the domain running anew, so what follows from an
/// order is shown by <see cref="ConsoleTests"/>.
/// </summary>
public sealed class VirshTests
{
    private const string Uri = "test:///default";

    [SkippableFact]
    public async Task Domain_OfTheTestDriver_TakesEveryOrder()
    {
        var missing = await MissingAsync();
        Skip.If(missing is not null, missing);
        var console = new LibvirtConsole("test", Uri);
        Assert.True(await console.IsPowerAsync(on: true, default));
        Assert.False(await console.IsPowerAsync(on: false, default));
        await console.SetPowerAsync(on: false, default);
        await console.SetPowerAsync(on: true, default);
        await console.HardResetAsync(default);
        await console.PowerCycleAsync(default);
        await console.PowerOffForAsync(TimeSpan.Zero, default);
        Assert.True(await console.CheckStatusAsync(null, new LineKeeper(), default));
    }

    [SkippableFact]
    public async Task Domain_Unknown_IsTold()
    {
        var missing = await MissingAsync();
        Skip.If(missing is not null, missing);
        var console = new LibvirtConsole("nosuch", Uri);
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => console.SetPowerAsync(on: true, default));
        Assert.StartsWith("Failed to power on nosuch in 60s: error: failed to get domain 'nosuch'", error.Message);
        Assert.StartsWith("Failed to reset nosuch: error: failed to get domain 'nosuch'", (await Assert.ThrowsAsync<TeuthologyException>(() => console.HardResetAsync(default))).Message);
        Assert.StartsWith("Did not get a login prompt from nosuch!", (await Assert.ThrowsAsync<ConsoleException>(() => console.WaitForLoginAsync(null, default))).Message);
    }

    private static Task<string?> MissingAsync() => HostPrograms.MissingAsync("/usr/bin/virsh", "libvirt-clients");
}
