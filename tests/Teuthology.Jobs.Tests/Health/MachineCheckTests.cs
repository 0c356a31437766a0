using System.Security.Cryptography;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>What a machine must have for a job to start on it.</summary>
public sealed class MachineCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Dictionary<string, string> Well = new(StringComparer.Ordinal)
    {
        ["clock"] = "1767323045.5", ["disk"] = "10485760", ["disk_at"] = "/", ["memory"] = "1048576", ["left"] = "",
    };

    [Theory]
    [InlineData("left", "", null)]
    [InlineData("disk", "1024", "1 MiB of its disk (/) are free, 512 MiB are needed")]
    [InlineData("memory", "2048", "2 MiB of its memory are available, 128 MiB are needed")]
    [InlineData("clock", "1767322445.5", "its clock is 600 s behind the controller's, 300 s are borne")]
    [InlineData("clock", "1767323645.5", "its clock is 600 s ahead of the controller's")]
    [InlineData("left", "process 7 (ceph-osd), mount /mnt/x", "a former job left process 7 (ceph-osd), mount /mnt/x: `teuthology nuke` cleans it")]
    [InlineData("clock", "1767323045.%N", null)]
    public void Troubles_MachineThatLacksSomething_NameItAndTheRemedy(string key, string value, string? trouble)
    {
        var vitals = MachineVitals.Of(new Dictionary<string, string>(Well, StringComparer.Ordinal) { [key] = value }, Now, Now.AddSeconds(1));

        var troubles = vitals.Troubles(new MachineLimits()).ToList();

        if (trouble is null)
            Assert.Empty(troubles);
        else
            Assert.StartsWith(trouble, Assert.Single(troubles), StringComparison.Ordinal);
    }

    [Fact]
    public void Troubles_AnswerThatTookLong_IsNoSkew()
    {
        var vitals = MachineVitals.Of(Well, Now - TimeSpan.FromMinutes(20), Now);
        Assert.Empty(vitals.Troubles(new MachineLimits()));
    }

    [Theory]
    [InlineData("machine_checks: {disk: 2GiB, memory: 0, clock: 1.5, leftovers: false}\n", 2L << 30, 0, 1.5, false)]
    [InlineData("machine_checks: true\n", 512L << 20, 128L << 20, 300, true)]
    [InlineData("use_existing_cluster: true\n", 512L << 20, 128L << 20, 300, false)]
    public void Read_KeyOfTheJob_SetsTheLimits(string yaml, long disk, long memory, double clock, bool leftovers)
    {
        var limits = MachineLimits.Read((YamlMap)YamlLoader.Load(yaml, "job.yaml")!, SiteConfig.Empty)!;
        Assert.Equal((disk, memory, clock, leftovers), (limits.Disk, limits.Memory, limits.Clock.TotalSeconds, limits.Leftovers));
    }

    [Fact]
    public void Read_False_ChecksNothing() => Assert.Null(MachineLimits.Read((YamlMap)YamlLoader.Load("machine_checks: false\n", "job.yaml")!, SiteConfig.Empty));

    [Theory]
    [InlineData("machine_checks: {disk: many}\n", "job.yaml:1:18: 'machine_checks.disk' must be a size such as 2GiB, not the text 'many'")]
    [InlineData("machine_checks: {disc: 1G}\n", "job.yaml:1:18: 'machine_checks' has the unknown key 'disc'; it may have disk, memory, clock and leftovers")]
    [InlineData("machine_checks: 7\n", "job.yaml:1:1: 'machine_checks' must be true, false or a mapping of disk, memory, clock and leftovers, not '7'")]
    public async Task StartAsync_WrongLimits_SayWhere(string yaml, string message)
    {
        using var host = new JobHost();
        Assert.Equal(message, (await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(yaml))).Message);
    }

    [Fact]
    public async Task Lock_HostThatDoesNotAnswer_IsReportedAndExchanged()
    {
        var key = Path.GetTempFileName();
        using (var rsa = RSA.Create(2048))
            await File.WriteAllTextAsync(key, rsa.ExportRSAPrivateKeyPem());
        var lab = new IllLab(key);
        using var host = new JobHost(lab, options => options with { Remote = options.Remote with { ConnectTimeout = TimeSpan.FromMilliseconds(200) } });

        var error = await Assert.ThrowsAnyAsync<TeuthologyException>(async () =>
        {
            await using var session = await host.StartAsync("roles: [[a]]\ntasks:\n- test.step: {name: a}\n");
            await session.RunAsync(default);
        });

        // The machines are of paper: what was taken in the end cannot be connected to.
        Assert.Equal([[], ["sick"]], lab.Requests.Select(r => r.Without));
        Assert.StartsWith("it does not answer: ", lab.Reported["sick"], StringComparison.Ordinal);
        Assert.True(lab.Reported.ContainsKey("paper"), error.Message);
        Assert.Equal(2, lab.Disposed);
        File.Delete(key);
    }
}
