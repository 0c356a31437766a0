using System.Security.Cryptography;
using System.Text;
using Teuthology.Testing;

namespace Teuthology.Lab.Tests;

/// <summary>What a real libvirtd is left with when things go wrong; the guests here have empty disks and never come up.</summary>
public sealed class LibvirtProvisionerTests : IClassFixture<LibvirtProvisionerTests.Libvirt>, IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-guests-").FullName;
    private readonly HttpClient _http = new();
    private readonly Reports _told = new();
    private readonly Libvirt _libvirt;
    private StoreFixture _store = null!;

    public LibvirtProvisionerTests(Libvirt libvirt) => _libvirt = libvirt;

    private LibvirtServer Server => _libvirt.Server!;

    public async Task InitializeAsync()
    {
        _store = await StoreFixture.CreateAsync(0, TimeProvider.System);
        await File.WriteAllBytesAsync(Path.Combine(_directory, "empty.img"), new byte[1 << 20]);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [SkippableFact]
    public async Task Probe_GuestOfAnEmulator_RunsThroughAndIsGone()
    {
        _libvirt.Require();
        var virsh = new Virsh(Server.Uri);

        // Emulation runs guests everywhere: the boot sector is right
        var fault = await new AccelProbe(virsh, new GuestVolumes(virsh, "default"), TimeProvider.System) { Patience = new Polling(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2)) }.FaultAsync("qemu", "probe", default);

        Assert.True(fault is null, fault);
        await RequireNothingAsync();
    }

    [SkippableFact]
    public async Task Probe_GuestThatIsNotThrough_IsAFaultAndIsGone()
    {
        _libvirt.Require();
        var virsh = new Virsh(Server.Uri);

        var fault = await new AccelProbe(virsh, new GuestVolumes(virsh, "default"), TimeProvider.System) { Patience = new Polling(TimeSpan.Zero, TimeSpan.Zero) }.FaultAsync("qemu", "probe", default);

        Assert.Contains("a guest that counts to 100,000,000 was not through in 0 s", fault);
        await RequireNothingAsync();
    }

    [SkippableTheory]
    [InlineData("auto", "qemu")]
    [InlineData("tcg", "qemu")]
    [InlineData("kvm", null)]
    public async Task DomainType_KvmThatRunsNoGuests_IsEmulatedWithAWarningOrRefused(string accel, string? type)
    {
        _libvirt.Require();
        var host = new LibvirtHost(Server.Uri, Options($"accel: {accel}, "), _directory, TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(_directory, $"kvm-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Server.Uri)))[..12]}"), "it counts too slowly");

        if (type is null)
        {
            var error = await Assert.ThrowsAsync<TeuthologyException>(() => host.DomainTypeAsync(_told, default));
            Assert.Contains("KVM does not run guests on", error.Message);
            Assert.Contains("it counts too slowly", error.Message);
        }
        else
        {
            Assert.Equal(type, await host.DomainTypeAsync(_told, default));
            Assert.Equal(accel == "auto", _told.Lines.Any(l => l.StartsWith("WARNING: ", StringComparison.Ordinal) && l.EndsWith("it counts too slowly", StringComparison.Ordinal)));
        }
    }

    [SkippableFact]
    public async Task Start_GuestThatNeverAnswers_IsToldAndTakenAway()
    {
        _libvirt.Require();
        var provisioner = Provisioner(Options("boot_timeout: 1, "));

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => provisioner.StartAsync(new MachineOrder("vm1"), _told, default));

        Assert.Contains($"virtual machine vm1 on {Server.Uri} did not come up within", error.Message);
        Assert.Contains("nothing answers SSH at 10.97.0.77", error.Message);
        await provisioner.DownAsync(default);
        await RequireNothingAsync();
    }

    [SkippableFact]
    public async Task Start_DomainOfSomebodyElse_IsLeftAloneUnlessTheSiteSaysSo()
    {
        _libvirt.Require();
        await Server.DefineAsync("vm1");
        try
        {
            var error = await Assert.ThrowsAsync<ConfigurationException>(() => Provisioner(Options("")).StartAsync(new MachineOrder("vm1"), null, default));
            Assert.Contains("has a domain 'vm1' that nobody of us made: rename it, or set replace_foreign: true", error.Message);
            Assert.Empty(await Provisioner(Options("")).CollectGarbageAsync(_ => false, default));
            Assert.Equal("vm1", (await Server.VirshAsync("list", "--all", "--name")).Trim());

            await Provisioner(Options("replace_foreign: true, ")).StopAsync("vm1", default);
            await RequireNothingAsync();
        }
        finally
        {
            await Server.UndefineAllAsync();
        }
    }

    [SkippableFact]
    public async Task Collect_WhatAKilledControllerLeft_IsRemovedUnlessHeldOrAnothers()
    {
        _libvirt.Require();
        var options = Options("");
        try
        {
            // Made and not waited for, as by a controller that is killed meanwhile
            await Maker(options).MakeAsync(new MachineEntry { Name = "vm1" }, new MachineOrder("vm1") { Fence = 7, Owner = "me@here" }, new LibvirtHost(Server.Uri, options, _directory, TimeProvider.System), null, default);
            await Server.VirshAsync("vol-create-as", "default", "teuthology-vm2.disk.img", "1M", "--format", "raw");
            await Server.VirshAsync("vol-create-as", "default", "somebody.img", "1M", "--format", "raw");
            var provisioner = Provisioner(options);

            Assert.Equal(("vm1", "10.97.0.77", true), Assert.Single(await provisioner.StatusAsync(default)) is var node ? (node.Name, node.Address, node.Up) : default);
            Assert.Empty(await provisioner.CollectGarbageAsync(_ => true, default));
            Assert.Empty(await Provisioner(options with { Lab = "another" }).CollectGarbageAsync(name => name == "vm2", default));
            Assert.Equal([$"virtual machine vm1 on {Server.Uri}, made under lease 7", $"volume teuthology-vm2.disk.img on {Server.Uri}"], await provisioner.CollectGarbageAsync(_ => false, default));

            await provisioner.DownAsync(default);
            Assert.Equal(["somebody.img"], Directory.GetFiles(Path.Combine(Server.Root, "pool")).Select(Path.GetFileName));
        }
        finally
        {
            await Server.VirshAsync("vol-delete", "somebody.img", "--pool", "default");
            await Server.UndefineAllAsync();
        }
    }

    [SkippableFact]
    public async Task Ensure_UploadThatWasCutOff_IsMadeAnew()
    {
        _libvirt.Require();
        var volumes = new GuestVolumes(new Virsh(Server.Uri), "default");
        var file = Path.Combine(_directory, "image");
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(100_000));
        await volumes.CreateAsync("teuthology-image-x.img", new ByteSize(50_000), default);

        var path = await volumes.EnsureAsync("teuthology-image-x.img", file, Path.Combine(_directory, "lock"), _told, default);
        await volumes.EnsureAsync("teuthology-image-x.img", file, Path.Combine(_directory, "lock"), _told, default);

        Assert.Equal(await File.ReadAllBytesAsync(file), (await File.ReadAllBytesAsync(path))[..100_000]);
        Assert.Equal([$"uploading image to {Server.Uri}"], _told.Lines);
        await volumes.RemoveAsync("teuthology-image-x.img", default);
        await volumes.RemoveAsync("teuthology-image-x.img.whole", default);
        await volumes.RemoveAsync("teuthology-image-x.img", default);
        await RequireNothingAsync();
    }

    private const string Keys = "provisioner: libvirt, machines: [vm1, vm2], accel: tcg, os_type: none, packages: [], ";

    private string Yaml(string keys) =>
        $"downburst: {{machine: {{ram: 64M, disk: 2M, volumes: {{count: 1, size: 1M}}}}}}\nmachine_types: {{vps: {{{(keys.Contains("accel") ? Keys.Replace("accel: tcg, ", "") : Keys)}{keys}uri: '{Server.Uri}', namespace: {Server.Network}, networks: [{{kind: bridge, source: br0, address: 10.97.0.77/24}}], images: {{none-1: {{url: {_directory}/empty.img, format: raw}}}}}}}}";

    private LibvirtOptions Options(string keys) => LibvirtOptions.Read(SiteFile.Type(Yaml(keys), "vps"), SiteFile.Read(Yaml(keys)), _directory, _ => null);

    private GuestMaker Maker(LibvirtOptions options) => new(
        SiteFile.Type(Yaml(""), "vps"), options, new ImageCatalog(options, _http), new ImageCache(_directory, _http, TimeProvider.System), new GuestKeys(_directory, SiteConfig.Empty), SiteConfig.Empty, _directory);

    private LibvirtProvisioner Provisioner(LibvirtOptions options)
    {
        var type = SiteFile.Type(Yaml(""), "vps");
        return new LibvirtProvisioner(
            type, options, new MachineInventory(type, _store.Store), new LibvirtHosts(options, SiteConfig.Empty, _http, _directory, TimeProvider.System), Maker(options),
            new GuestKeys(_directory, SiteConfig.Empty), new FakeShell(), SiteConfig.Empty, TimeProvider.System);
    }

    private async Task RequireNothingAsync()
    {
        Assert.Equal("", (await Server.VirshAsync("list", "--all", "--name")).Trim());
        Assert.Empty(Directory.GetFiles(Path.Combine(Server.Root, "pool")));
    }

    /// <summary>One libvirtd for all tests of the class.</summary>
    public sealed class Libvirt : IAsyncLifetime
    {
        private Exception? _obstacle;

        public LibvirtServer? Server { get; private set; }

        public async Task InitializeAsync()
        {
            try
            {
                Server = await LibvirtServer.StartAsync();
            }
            catch (SkipException e)
            {
                _obstacle = e;
            }
        }

        public void Require() => Skip.If(Server is null, _obstacle?.Message);

        public async Task DisposeAsync()
        {
            if (Server is not null)
                await Server.DisposeAsync();
        }
    }
}
