namespace Teuthology.Orchestra.Tests;

/// <summary>Answers that upstream's own code gave.</summary>
public sealed class UpstreamFactsTests
{
    [Theory]
    [InlineData("Distributor ID:\tUbuntu\nDescription:\tUbuntu 12.04.4 LTS\nRelease:\t12.04\nCodename:\tprecise", "ubuntu", "12.04", "precise", "deb")]
    [InlineData("Distributor ID:\tRedHatEnterpriseServer\nRelease:\t6.4\nCodename:\tSantiago", "rhel", "6.4", "santiago", "rpm")]
    [InlineData("Distributor ID:\topenSUSE project\nRelease:\t15.2\nCodename:\tn/a", "opensuse", "15.2", "n/a", "rpm")]
    [InlineData("Distributor ID:\tSUSE LINUX\nRelease:\t12.1\nCodename:\tn/a", "sle", "12.1", "n/a", "rpm")]
    [InlineData("Distributor ID:\tDebian\nRelease:\t7.1\nCodename:\twheezy", "debian", "7.1", "wheezy", "deb")]
    [InlineData("Distributor ID:\tCentOS\nRelease:\t6.5\nCodename:\tFinal", "centos", "6.5", "final", "rpm")]
    public void FromLsbRelease_KnownSystems_AreRead(string text, string name, string version, string codename, string packages)
    {
        var os = OsFacts.FromLsbRelease(text);
        Assert.Equal(new OsFacts(name, version, codename), os);
        Assert.Equal((packages, $"{name} {version}"), (os.PackageType, os.ToString()));
    }

    [Theory]
    [InlineData("ID=\"rocky\"\nVERSION_ID=\"9.4\"", "rocky", "9.4", "rocky")]
    [InlineData("ID=fedora\nVERSION_ID=20", "fedora", "20", "heisenbug")]
    [InlineData("ID=\"opensuse-tumbleweed\"\nVERSION_ID=\"20240101\"", "opensuse", "20240101", "")]
    [InlineData("ID=\"rhel\"\nVERSION_ID=\"8.6\"", "rhel", "8.6", "ootpa")]
    [InlineData("ID=ubuntu\nVERSION_ID=\"22.04\"", "ubuntu", "22.04", "jammy")]
    public void FromOsRelease_WithoutCodename_TakesItFromTheTable(string text, string name, string version, string codename) =>
        Assert.Equal(new OsFacts(name, version, codename), OsFacts.FromOsRelease(text));

    [Theory]
    [InlineData("ubuntu", "14.04", "14.04", "trusty")]
    [InlineData("ubuntu", "trusty", "14.04", "trusty")]
    [InlineData("fedora", "25", "25", "25")]
    [InlineData("opensuse", "leap", "15.0", "leap")]
    [InlineData("rocky", "rocky", "8.10", "rocky")]
    [InlineData("rocky", "9.4", "9.4", "rocky")]
    [InlineData("centos", "9.stream", "9.stream", "stream")]
    public void Complete_VersionOrCodename_GivesBoth(string name, string either, string version, string codename) =>
        Assert.Equal((version, codename), OsVersions.Complete(name, either));

    [Theory]
    [InlineData("ubuntu", "14")]
    [InlineData("nix", "1")]
    public void Complete_Unknown_SaysWhatUpstreamSays(string name, string either) =>
        Assert.Equal($"{either} not a {name} version or codename", Assert.Throws<TeuthologyException>(() => OsVersions.Complete(name, either)).Message);

    [Theory]
    [InlineData("a,b c", "a", "b c")]
    [InlineData("a b\tc", "a", "b\tc")]
    [InlineData("a\tb", "a", "b")]
    [InlineData("a", "a")]
    public void Split_MachineTypes_CutsAtTheFirstKindOfSeparator(string text, params string[] types) => Assert.Equal(types, MachineTypes.Split(text));

    [Fact]
    public void Distributions_HaveUpstreamsDefaults()
    {
        Assert.Equal(("ubuntu", "rhel", "debian"), (OsVersions.DistributionOf(null, ""), OsVersions.DistributionOf("rhel", "x"), OsVersions.DistributionOf("", "debian")));
        Assert.Equal(("rpm", "deb", "deb"), (OsVersions.PackageTypeOf("sle"), OsVersions.PackageTypeOf("rocky"), OsVersions.PackageTypeOf("x")));
        Assert.Equal(("9.stream", "8", "7"), (OsVersions.DistributionVersionOf("centos", null, null), OsVersions.DistributionVersionOf("centos", null, "8"), OsVersions.DistributionVersionOf("centos", "7", "8")));
        Assert.True(new OsFacts("CentOS", "9.Stream", "").IsSame(new OsFacts("centos", "9", "")));
    }
}
