using System.Net;
using System.Security.Cryptography;

namespace Teuthology.Lab.Tests;

/// <summary>Images: which one is taken, and how it is had.</summary>
public sealed class GuestImageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-images-").FullName;
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("ubuntu", "22.04", null, "ubuntu-22.04")]
    [InlineData("ubuntu", null, null, "ubuntu-24.04")]
    [InlineData("rocky", "9", null, "rocky-9.10")]
    [InlineData("debian", null, "aarch64", "debian-12-aarch64")]
    [InlineData(null, null, null, "ubuntu-22.04")]
    public async Task Find_WhatIsAsked_IsTheNewestThatFits(string? system, string? version, string? arch, string name)
    {
        var catalog = Catalog("libvirt: {images: {ubuntu-24.04: a, ubuntu-22.04: b, rocky-9.7: c, rocky-9.10: d, debian-12-arm64: e, debian-12-amd64: f}}\nmachine_types: {vps: {provisioner: libvirt, os_type: ubuntu, os_version: '22.04'}}", out var type);

        // The type's version is for jobs that name no system, or the type's one without a version
        var image = await catalog.FindAsync(new MachineOrder("vm1") { OsType = system, OsVersion = version, Arch = arch }, type with { OsVersion = system is null ? type.OsVersion : null }, new GuestMeta(), default);

        Assert.Equal(name, image.Name);
    }

    [Fact]
    public async Task Find_NoSuchImage_NamesThoseThatThereAre()
    {
        var catalog = Catalog("libvirt: {images: {ubuntu-24.04: a, debian-12: b}}\nmachine_types: {vps: {provisioner: libvirt}}", out var type);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => catalog.FindAsync(new MachineOrder("vm1") { OsType = "ubuntu", OsVersion = "22.04" }, type, new GuestMeta(), default));
        var open = await Assert.ThrowsAsync<ConfigurationException>(() => catalog.FindAsync(new MachineOrder("vm1"), type, new GuestMeta(), default));

        Assert.Equal("site.yaml:2:17: there is no image of ubuntu 22.04 for machines of type vps; the images are ubuntu-24.04, debian-12 (keys libvirt.images and downburst.discover_url)", error.Message);
        Assert.Contains("the job asks for no os_type, and machine_types.vps.os_type is not set", open.Message);
    }

    [Fact]
    public async Task Find_DirectoryOfDownburst_TakesTheNewestSerialAndItsChecksum()
    {
        var sum = new string('a', 128);
        using var server = new ReplayServer();
        server.On("GET", "/cloudinit/", """
            <a href="centos-9.stream-20230101.0-cloudimg-amd64.img">x</a> <a href="rocky-9.5-20240101-cloudimg-amd64.img">x</a>
            <a href="rocky-9.5-20250101-cloudimg-amd64.raw">x</a> <a href="rocky-9.5-20250101-cloudimg-amd64.raw.sha512">x</a> <a href="rocky-9.5-20990101-cloudimg-arm64.img">x</a>
            """);
        server.On("GET", "/cloudinit/rocky-9.5-20250101-cloudimg-amd64.raw.sha512", $"{sum}\n");
        var catalog = Catalog($"downburst: {{discover_url: '{server.Url}cloudinit'}}", out var type);

        var image = await catalog.FindAsync(new MachineOrder("vm1") { OsType = "rocky", OsVersion = "9.5" }, type, new GuestMeta(), default);

        Assert.Equal(($"{server.Url}cloudinit/rocky-9.5-20250101-cloudimg-amd64.raw", "raw", sum), (image.Url, image.Format, image.Checksum));
    }

    [Fact]
    public async Task Get_FromAServer_IsDownloadedOnceWithProgress()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        using var server = new ReplayServer();
        server.On("GET", "/jammy.img", _ => (HttpStatusCode.OK, content));
        var told = new Reports();
        var cache = new ImageCache(_directory, _http, TimeProvider.System);

        var file = await cache.GetAsync($"{server.Url}jammy.img", Convert.ToHexStringLower(SHA256.HashData(content)), told, default);
        var again = await cache.GetAsync($"{server.Url}jammy.img", Convert.ToHexStringLower(SHA256.HashData(content)), told, default);

        Assert.Equal(content, await File.ReadAllBytesAsync(file));
        Assert.Equal(file, again);
        Assert.Single(server.Requests);
        Assert.Equal([$"downloading {server.Url}jammy.img (3 MB)"], told.Lines);
    }

    [Fact]
    public async Task Get_AnotherFileThanMeant_IsRefusedAndNotKept()
    {
        using var server = new ReplayServer();
        server.On("GET", "/jammy.img", "something else");
        var cache = new ImageCache(_directory, _http, TimeProvider.System);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => cache.GetAsync($"{server.Url}jammy.img", new string('0', 128), null, default));
        var missing = await Assert.ThrowsAsync<TeuthologyException>(() => cache.GetAsync($"{server.Url}other.img", null, null, default));

        Assert.Contains("Image SHA-512 did not match", error.Message);
        Assert.Contains("other.img cannot be downloaded: the server answers 404", missing.Message);
        Assert.DoesNotContain(Directory.GetFiles(_directory), f => !f.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_ServerThatStops_GivesUp()
    {
        using var server = new ReplayServer();
        server.On("GET", "/slow.img", _ => ReplayServer.Stalls);
        var cache = new ImageCache(_directory, _http, TimeProvider.System) { Stall = TimeSpan.FromMilliseconds(300) };

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => cache.GetAsync($"{server.Url}slow.img", null, null, default));

        Assert.Contains("slow.img cannot be downloaded: no byte within 0 s", error.Message);
        Assert.Empty(Directory.GetFiles(_directory, "*.part"));
    }

    [Fact]
    public async Task Get_FileOfThisHost_IsTakenWhereItIs()
    {
        var file = Path.Combine(_directory, "disk.img");
        await File.WriteAllTextAsync(file, "disk");
        var cache = new ImageCache(Path.Combine(_directory, "cache"), _http, TimeProvider.System);

        Assert.Equal(file, await cache.GetAsync($"file://{file}", Convert.ToHexStringLower(SHA256.HashData("disk"u8)), null, default));
        Assert.Equal(file, await cache.GetAsync(file, null, null, default));
        Assert.Contains("did not match", (await Assert.ThrowsAsync<TeuthologyException>(() => cache.GetAsync(file, new string('0', 64), null, default))).Message);
        Assert.Contains("is not there", (await Assert.ThrowsAsync<TeuthologyException>(() => cache.GetAsync("/no/such.img", null, null, default))).Message);
    }

    private ImageCatalog Catalog(string yaml, out MachineTypeSettings type) =>
        new(LibvirtOptions.Read(type = SiteFile.Type(yaml, "vps"), SiteFile.Read(yaml), "store", _ => null), _http);
}
