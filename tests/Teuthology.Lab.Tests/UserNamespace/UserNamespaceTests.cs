using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>The lab of an ordinary user in namespaces of his own; run them as one who has newuidmap and a range of ids.</summary>
public sealed class UserNamespaceTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("teuthology-userns-");
    private ServiceProvider _services = null!;
    private EmbeddedLab _lab = null!;

    public Task InitializeAsync()
    {
        var options = new LabOptions { Kind = "userns", StateDirectory = _directory.FullName, MaxNodes = 3 };
        _services = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddEmbeddedLab(options).BuildServiceProvider();
        _lab = _services.GetRequiredService<EmbeddedLab>();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await (await _lab.OpenAsync(CancellationToken.None)).Provisioner.DownAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _directory.Delete(recursive: true);
        Assert.Empty(ProcessesOf.Mentioning(_directory.FullName));
    }

    [SkippableFact]
    public async Task Acquire_TwoMachines_AreRootOnTheirOwnAndSeeEachOther()
    {
        await using var lease = await AcquireAsync(2);

        var (status, output) = await SshClient.RunAsync(
            lease.Machines[0],
            "hostname; id -un; sudo id -u; sudo mount -t tmpfs none /mnt && echo mounted; sudo rm -rf /usr/share/perl5 && sudo mkdir /usr/share/perl5 && ls /usr/share/perl5; ping -c1 -W5 n2 >/dev/null && echo reached");

        Assert.Equal("n1\nubuntu\n0\nmounted\nreached\n", output);
        Assert.Equal(0, status);
        Assert.True(lease.Machines[0].Features.HasFlag(LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.CephPackages));
    }

    [SkippableFact]
    public async Task Acquire_AfterAnotherLease_GivesAFreshMachine()
    {
        await using (var first = await AcquireAsync(1))
            Assert.Equal((0, ""), await SshClient.RunAsync(first.Machines[0], "sudo touch /mine"));

        await using var second = await AcquireAsync(1);

        Assert.NotEqual(0, (await SshClient.RunAsync(second.Machines[0], "test -e /mine")).Status);
    }

    [SkippableFact]
    public async Task Dial_PortWhereNobodyListens_IsRefused()
    {
        await using var lease = await AcquireAsync(1);

        await Assert.ThrowsAsync<SocketException>(() => lease.Machines[0].Dial!(4242, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Dial_MuchDataBothWays_ArrivesWhole()
    {
        await using var lease = await AcquireAsync(1);

        var (status, output) = await SshClient.RunAsync(lease.Machines[0], "head -c 30000000 /dev/zero | tr '\\0' x");

        Assert.Equal((0, 30_000_000), (status, output.Count(c => c == 'x')));
    }

    [SkippableFact]
    public async Task CollectGarbage_HolderWasKilled_RemovesTheMachinesAllTheSame()
    {
        await DescribeAsync();
        var lab = await _lab.OpenAsync(CancellationToken.None);
        await lab.Provisioner.PrepareAsync(null, CancellationToken.None);
        await lab.Provisioner.StartAsync("n3", null, CancellationToken.None);
        var holder = Assert.Single(ProcessesOf.Mentioning($"holder\0{_directory.FullName}"));
        Process.GetProcessById(holder).Kill();

        Assert.Equal(["machine n3 (10.99.0.13)"], await lab.CollectGarbageAsync(CancellationToken.None));

        Assert.Empty(await lab.Provisioner.StatusAsync(CancellationToken.None));
    }

    private async Task DescribeAsync()
    {
        var offer = await _lab.DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
    }

    private async Task<IMachineLease> AcquireAsync(int count)
    {
        await DescribeAsync();
        return await _lab.AcquireAsync(
            new MachineRequest { Count = count, Owner = "me@here", Description = "a test", Features = LabFeatures.Root }, null, CancellationToken.None);
    }
}
