using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

public sealed class EmbeddedLabTests
{
    private readonly FakeProvisioner _able = Kind("able", 0, "run as root");
    private readonly FakeProvisioner _fair = Kind("fair", 2, null);
    private readonly FakeProvisioner _plain = Kind("plain", 4, null);

    [Fact]
    public async Task Describe_Auto_TakesTheMostAbleThatWorksAndTellsHowToGetMore()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        using var lab = Lab(fixture, "auto");

        var offer = await lab.DescribeAsync(CancellationToken.None);

        Assert.Equal(("fair", 2, "run as root"), (offer.Kind, offer.Machines, offer.Remedy));
        Assert.Same(_fair, (await lab.OpenAsync(CancellationToken.None)).Provisioner);
    }

    [Fact]
    public async Task Describe_NamedKind_TakesThatOneOnly()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        using var lab = Lab(fixture, "plain");

        var offer = await lab.DescribeAsync(CancellationToken.None);

        Assert.Equal(("plain", 4), (offer.Kind, offer.Machines));
        Assert.Contains("TEUTHOLOGY_LAB=auto", offer.Remedy);
    }

    [Fact]
    public async Task Acquire_NamedKindThatDoesNotWork_SaysWhyAndWhatToDo()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        using var lab = Lab(fixture, "able");

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => lab.AcquireAsync(
            new MachineRequest { Count = 1, Owner = "me@here", Description = "x" }, null, CancellationToken.None));

        Assert.Contains("the able lab does not work on this host", error.Message);
        Assert.Contains("run as root", error.Message);
    }

    [Fact]
    public async Task Describe_KindThatDoesNotExist_NamesThoseThatDo()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        using var lab = Lab(fixture, "cloud");

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => lab.DescribeAsync(CancellationToken.None));

        Assert.Contains("auto, able, fair, plain", error.Message);
    }

    private static FakeProvisioner Kind(string kind, int machines, string? remedy) =>
        new(4) { Kind = kind, Offer = new LabOffer(kind, machines, LabFeatures.None, remedy) };

    private EmbeddedLab Lab(StoreFixture fixture, string kind) =>
        new(new LabOptions { Kind = kind }, [_able, _fair, _plain], fixture.Store, NullLoggerFactory.Instance);
}
