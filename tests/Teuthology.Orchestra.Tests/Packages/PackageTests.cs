namespace Teuthology.Orchestra.Tests;

/// <summary>dpkg is this machine's own; apt-get, rpm, dnf and zypper are programs of the test.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    private readonly StandIns tools = new();

    public Task InitializeAsync() => tools.InitializeAsync();

    public Task DisposeAsync() => tools.DisposeAsync();

    [SkippableFact]
    public async Task Deb_Packages_AreAptsAndDpkgs()
    {
        Skip.IfNot(File.Exists("/usr/bin/dpkg-query"), "dpkg is missing: this is no Debian.");
        tools.Write("apt-get", """echo "$DEBIAN_FRONTEND" >>"$D/asked"; case $* in *broken*) echo no such package >&2; exit 100 ;; esac""");
        await using var remote = await OnAsync("debian", "12");
        var version = (await remote.ShAsync("dpkg-query -W -f '${Version}' coreutils", default)).Trim();
        Assert.Equal(version, await remote.PackageVersionAsync("coreutils", default));
        Assert.Contains($"The installed version of coreutils is {version}", tools.Log.Lines);
        Assert.Null(await remote.PackageVersionAsync("no-such-package", default));
        Assert.Equal((true, false), (await remote.IsInstalledAsync("coreutils", default), await remote.IsInstalledAsync("no-such-package", default)));
        await remote.InstallPackageAsync("it's", default);
        await remote.RemovePackageAsync("jq", default);
        Assert.Equal(["apt-get -y -o DPkg::Lock::Timeout=300 --allow-downgrades install it's", "noninteractive", "apt-get -y -o DPkg::Lock::Timeout=300 --allow-downgrades purge jq", "noninteractive"], tools.Asked());
        Assert.Contains("no such package", (await Assert.ThrowsAsync<CommandFailedException>(() => remote.InstallPackageAsync("broken", default))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => remote.InstallPackageAsync("--option", default));
        Assert.Equal(("sqlite3", null, "apache2"), (await remote.PackageNameAsync("sqlite", default), await remote.PackageNameAsync("x", default), await remote.ServiceNameAsync("httpd", default)));
        Assert.False(await remote.ChangeContextAsync("/etc/hostname", "etc_t", default));
    }

    [SkippableFact]
    public async Task Rpm_Packages_AreThoseOfTheToolThatIsThere()
    {
        tools.Write("rpm", """case $2 in ceph) printf 16.2.15-0.el9 ;; *) echo "package $2 is not installed"; exit 1 ;; esac""");
        tools.Write("dnf", "");
        await using var remote = await OnAsync("centos", "9.stream");
        Assert.Equal("16.2.15-0.el9", await remote.PackageVersionAsync("ceph", default));
        Assert.Null(await remote.PackageVersionAsync("other", default));
        Assert.Contains("Unable to determine if other is installed: package other is not installed", tools.Log.Lines);
        Assert.Equal((true, false), (await remote.IsInstalledAsync("ceph", default), await remote.IsInstalledAsync("other", default)));
        await remote.InstallPackageAsync("jq", default);
        await remote.RemovePackageAsync("jq", default);
        tools.Write("zypper", "");
        await remote.InstallPackageAsync("jq", default);
        await remote.RemovePackageAsync("jq", default);
        Assert.Equal(["dnf -y install jq", "dnf -y erase jq", "zypper -n install jq", "zypper -n remove jq"], tools.Asked().Where(line => !line.StartsWith("rpm", StringComparison.Ordinal)));
        Assert.Equal((null, "httpd"), (await remote.PackageNameAsync("sqlite", default), await remote.ServiceNameAsync("httpd", default)));
    }

    [SkippableFact]
    public async Task Other_Packages_AreNotSupported()
    {
        await using var remote = await OnAsync("alpine", "3");
        var error = await Assert.ThrowsAsync<UnsupportedPackageTypeException>(() => remote.InstallPackageAsync("jq", default));
        Assert.Equal($"os.package_type 'alpine' on {remote.Name}", error.Message);
    }

    private async Task<Remote> OnAsync(string name, string version)
    {
        var remote = tools.Remote();
        remote.Facts.Assumed = (await remote.Facts.GetAsync(default)) with { Os = new OsFacts(name, version, "") };
        return remote;
    }
}
