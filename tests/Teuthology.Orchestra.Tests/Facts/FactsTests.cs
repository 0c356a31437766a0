namespace Teuthology.Orchestra.Tests;

public sealed class FactsTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task GetAsync_ThisMachine_TellsWhatUnameTells()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var facts = await remote.Facts.GetAsync(default);
        Assert.Same(facts, await remote.Facts.GetAsync(default));
        Assert.Equal((await remote.ShAsync("uname -m", default)).Trim(), facts.Arch);
        Assert.True(facts.Processors > 0 && facts.MemoryBytes > 1 << 20);
        Assert.NotEqual("", facts.Os.Name);
    }

    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n", "debian", "12", "bookworm", "deb")]
    [InlineData("ID=\"almalinux\"\nVERSION_ID=\"9.7\"\n", "alma", "9.7", "alma", "rpm")]
    [InlineData("ID=\"centos\"\nVERSION_ID=\"9\"\n", "centos", "9.stream", "stream", "rpm")]
    [InlineData("ID=\"centos\"\nVERSION_ID=\"7\"\n", "centos", "7", "core", "rpm")]
    [InlineData("ID=\"opensuse-leap\"\nVERSION_ID=\"15.6\"\n", "opensuse", "15.6", "leap", "rpm")]
    [InlineData("ID='sles'\nVERSION_ID='15.2'\n", "sle", "15.2", "sle", "rpm")]
    public void FromOsRelease_KnownSystems_HaveUpstreamsNames(string text, string name, string version, string codename, string packages)
    {
        var os = OsFacts.FromOsRelease(text);
        Assert.Equal(new OsFacts(name, version, codename), os);
        Assert.Equal(packages, os.PackageType);
    }

    [Theory]
    [InlineData("9.stream", "9", true)]
    [InlineData("9", "9.7", true)]
    [InlineData("9.6", "9.7", false)]
    [InlineData("22.04", "22.04", true)]
    [InlineData("8", "9.7", false)]
    public void IsSame_Versions_CompareAsUpstream(string one, string other, bool same)
    {
        Assert.Equal(same, new OsFacts("centos", one, "").IsSame(new OsFacts("centos", other, "x")));
        Assert.Equal(same, new OsFacts("centos", other, "").IsSame(new OsFacts("centos", one, "")));
        Assert.False(new OsFacts("centos", one, "").IsSame(new OsFacts("rhel", one, "")));
    }
}
