using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

public sealed class SeveralProvisionersTests : IAsyncLifetime
{
    private readonly FakeProvisioner _smithi = new(2) { Kind = "smithi", Letter = "s", Offer = new("smithi", 2, LabFeatures.Root | LabFeatures.Fuse, null), MakesMachines = false };
    private readonly FakeProvisioner _mira = new(2) { Kind = "mira", Letter = "m", Offer = new("mira", 1, LabFeatures.Root, null) };
    private StoreFixture _fixture = null!;
    private LeasedLab _lab = null!;

    public async Task InitializeAsync()
    {
        _fixture = await StoreFixture.CreateAsync(0);
        _lab = new LeasedLab(new SeveralProvisioners([_smithi, _mira]), _fixture.Store, NullLogger<LeasedLab>.Instance);
    }

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task Describe_SeveralTypes_GivesAllMachinesWithWhatAllCanDo() =>
        Assert.Equal(new LabOffer("smithi,mira", 3, LabFeatures.Root, null), await _lab.DescribeAsync(CancellationToken.None));

    [Fact]
    public async Task Acquire_MoreThanOneTypeHas_TakesOfBothAndEachStartsItsOwn()
    {
        await using (var lease = await AcquireAsync(3))
        {
            Assert.Equal(["m1", "s1", "s2"], lease.Machines.Select(m => m.Name));
            Assert.Equal(["mira", "smithi", "smithi"], (await _fixture.Store.ListAsync(CancellationToken.None)).Select(n => n.MachineType));
        }

        Assert.Equal(["start s1", "start s2", "stop s1", "stop s2"], _smithi.Calls.Where(c => c != "prepare").Order());
        Assert.Equal(["start m1", "stop m1"], _mira.Calls.Where(c => c != "prepare"));
        Assert.Empty(await _fixture.LockedAsync());
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => AcquireAsync(4));
        Assert.Contains("4 machines are asked for", error.Message);
    }

    [Fact]
    public async Task Acquire_OneTypeCannotWorkNow_TakesOfTheOther()
    {
        _smithi.Offer = _smithi.Offer with { Machines = 0, Remedy = "plug it in" };

        await using var lease = await AcquireAsync(1);

        Assert.Equal(["m1"], lease.Machines.Select(m => m.Name));
        Assert.Empty(_smithi.Calls);
    }

    private Task<IMachineLease> AcquireAsync(int count) =>
        _lab.AcquireAsync(new MachineRequest { Count = count, Owner = "me@here", Description = "x", MachineType = "smithi|mira" }, null, CancellationToken.None);
}
