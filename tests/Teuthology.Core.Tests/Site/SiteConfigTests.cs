namespace Teuthology.Core.Tests;

public sealed class SiteConfigTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("teuthology-site-").FullName;

    [Fact]
    public void Load_SeveralFiles_TakesTheFirstAlone()
    {
        File.WriteAllText(Path.Combine(_home, ".teuthology.yaml"), "archive_base: /a\ntest_user: me\n");
        var named = Path.Combine(_home, "named.yaml");
        Assert.Equal("/a", Load().ArchiveBase);
        Assert.Equal("/a", Load(named).ArchiveBase);

        File.WriteAllText(named, "archive_base: ~/b\nlab_domain: ''\nmax_job_time: 60\n");
        var site = Load(named);
        Assert.Equal((named, $"{_home}/b", "ubuntu", "", TimeSpan.FromMinutes(1)), (site.File, site.ArchiveBase, site.TestUser, site.LabDomain, site.MaxJobTime));
        Assert.Equal($"{_home}/b", Load("~/named.yaml").ArchiveBase);
    }

    [Fact]
    public void Load_NoFile_HasDefaultsThatAskNobody()
    {
        var site = Load();
        Assert.Equal((null, null, null, "localhost:25", true), (site.File, site.LockServer, site.MaxJobTime, site.SmtpServer, site.VerifyHostKeys));
    }

    [Theory]
    [InlineData("- a\n", "a site configuration is a mapping of keys")]
    [InlineData("x: 1\nverify_host_keys: maybe\n", ".teuthology.yaml:2:1: 'verify_host_keys' must be true or false")]
    [InlineData("max_job_time: long\n", ".teuthology.yaml:1:1: 'max_job_time' must be a number of seconds")]
    [InlineData("lock_server: [a]\n", ".teuthology.yaml:1:1: 'lock_server' must be a text")]
    public void Load_WrongValue_SaysWhere(string yaml, string message)
    {
        File.WriteAllText(Path.Combine(_home, ".teuthology.yaml"), yaml);
        Assert.EndsWith(message, Assert.Throws<ConfigurationException>(() => Load()).Message);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private SiteConfig Load(string? named = null) => SiteConfig.Load(name => name switch { "HOME" => _home, "TEUTHOLOGY_CONFIG" => named, _ => null });
}
