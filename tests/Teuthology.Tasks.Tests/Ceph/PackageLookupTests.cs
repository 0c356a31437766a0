using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>What a builder is asked before there are machines, over HTTP.</summary>
public sealed class PackageLookupTests : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, string> _pages = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly string _host;
    private readonly Task _serving;

    public PackageLookupTests()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _host = $"127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"http://{_host}/");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    [Theory]
    [InlineData("os_type: debian\nos_version: '12'\nsha1: abc", "/ceph-deb-bookworm-x86_64-default/sha1/abc/version", "bookworm")]
    [InlineData("os_type: ubuntu\nsha1: abc\nbranch: wip\nflavor: jaeger\narch: aarch64", "/ceph-deb-jammy-aarch64-jaeger/ref/wip/version", "jammy")]
    [InlineData("os_type: centos\nos_version: 9.stream\nsha1: abc\nbranch: wip\ntag: v18.2.0\nref: other", "/ceph-rpm-centos9-x86_64-default/ref/other/version", "centos9")]
    public async Task Find_AtAGitbuilder_ReadsItsVersion(string job, string path, string distro)
    {
        _pages[path] = "v18.2.0-3\n";
        Assert.Equal(new PackageFinding(distro, "18.2.0-3", $"http://{_host}{path[..^"/version".Length]}"), await FindAsync($"gitbuilder_host: {_host}\n{job}\n"));
        _pages.Clear();
        Assert.Null((await FindAsync($"gitbuilder_host: {_host}\n{job}\n"))!.Version);
    }

    [Fact]
    public async Task Find_AtAShaman_ReadsTheFirstBuild()
    {
        var job = $"shaman: {{endpoint: 'http://{_host}/api/'}}\nos_type: ubuntu\nos_version: '22.04'\nsha1: abc\n";
        _pages["/api/search?status=ready&project=ceph&flavor=default&distros=ubuntu%2F22.04%2Fx86_64&sha1=abc"] = """[{"extra": {"package_manager_version": "18.2.0-3"}}]""";
        Assert.Equal("18.2.0-3", (await FindAsync(job))!.Version);
        _pages[_pages.Keys.Single()] = "[]";
        Assert.Equal(("ubuntu/22.04", null), ((await FindAsync(job))!.Distro, (await FindAsync(job))!.Version));
        _pages[_pages.Keys.Single()] = "<html>";
        Assert.Contains("does not answer as a shaman does", (await Assert.ThrowsAsync<TeuthologyException>(() => FindAsync(job))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NobodyNamesABuilder_AsksNobody()
    {
        Assert.Null(await FindAsync("os_type: ubuntu\nsha1: abc\n"));
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("os_type: debian\nos_version: '99'\nsha1: abc", "job.yaml:3:1: 99 not a debian version or")]
    [InlineData("os_type: plan9\nsha1: abc", "job.yaml:2:1: 'os_version' is missing: no version of 'plan9' is the default")]
    public async Task Find_ASystemThatNobodyKnows_IsTheJobsMistake(string job, string message) =>
        Assert.StartsWith(message, (await Assert.ThrowsAsync<ConfigurationException>(() => FindAsync($"gitbuilder_host: {_host}\n{job}\n"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Find_BuilderIsNotThere_IsTroubleOfTheLab()
    {
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => FindAsync("gitbuilder_host: 127.0.0.1:1\nos_type: ubuntu\nsha1: abc\n"));
        Assert.Equal(FailureKind.Infrastructure, error.Kind);
        Assert.StartsWith("the builder does not answer at http://127.0.0.1:1/ceph-deb-jammy-x86_64-default/sha1/abc/version: ", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<PackageFinding?> FindAsync(string job)
    {
        var options = new TeuthologyOptions { Lab = new LabOptions { Kind = "loopback", StateDirectory = "/nonexistent" }, Jobs = new JobOptions() };
        await using var services = new ServiceCollection().AddTeuthology(options).BuildServiceProvider();
        return await services.GetRequiredService<IPackageLookup>().FindAsync((YamlMap)YamlLoader.Load(job, "job.yaml")!, SiteConfig.Empty, CancellationToken.None);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            _asked.Add(context.Request.RawUrl!);
            if (_pages.TryGetValue(context.Request.RawUrl!, out var page))
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(page));
            else
                context.Response.StatusCode = 404;
            context.Response.Close();
        }
    }
}
