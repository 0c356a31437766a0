using Teuthology.Yaml;

namespace Teuthology.Lab.Tests;

public sealed class TargetTests
{
    [Fact]
    public void Read_NamesInEveryForm_FillsUserAndDomain()
    {
        var job = Job("targets:\n  me@a.b.c: ssh-ed25519 AAAA\n  plain:\n  10.0.0.1: ' '\n  you@10.0.0.2: ssh-rsa BBBB\n");
        Assert.Equal(
            [new("me", "a.b.c", "ssh-ed25519 AAAA"), new("ubuntu", "plain.lab.org", null), new("ubuntu", "10.0.0.1", null), new Target("you", "10.0.0.2", "ssh-rsa BBBB")],
            Target.Read(job, SiteConfig.Empty with { LabDomain = "lab.org" }));
        Assert.Equal(["a", "plain", "10.0.0.1", "10.0.0.2"], Target.Read(job, SiteConfig.Empty).Select(t => t.ShortName));
    }

    [Fact]
    public void Read_SshkeysIgnore_ForgetsTheKeys() =>
        Assert.Null(Assert.Single(Target.Read(Job("sshkeys: ignore\ntargets: {me@a: ssh-ed25519 AAAA}\n"), SiteConfig.Empty)).HostKey);

    [Fact]
    public void Read_NoTargets_IsEmpty() => Assert.Empty(Target.Read(Job("roles: [[a]]\n"), SiteConfig.Empty));

    [Theory]
    [InlineData("targets: [a]\n", "job.yaml:1:1: 'targets' must be a mapping of user@host to host key")]
    [InlineData("targets:\n  a: [b]\n", "job.yaml:2:3: a target is `user@host: type base64`")]
    [InlineData("targets:\n  '@a':\n", "job.yaml:2:3: target '@a' lacks its user")]
    [InlineData("targets:\n  'a@':\n", "job.yaml:2:3: target 'a@' lacks its host")]
    public void Read_WrongTarget_SaysWhere(string yaml, string message) =>
        Assert.StartsWith(message, Assert.Throws<ConfigurationException>(() => Target.Read(Job(yaml), SiteConfig.Empty)).Message);

    private static YamlMap Job(string yaml) => (YamlMap)YamlLoader.Load(yaml, "job.yaml")!;
}
