using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

public sealed class RemoteCommandLineTests
{
    [Theory]
    [InlineData("lab ssh n1 ls -l", "lab ssh n1 -- ls -l")]
    [InlineData("lab ssh --lab root -v n1 ls -v", "lab ssh --lab root -v n1 -- ls -v")]
    [InlineData("lab ssh n1 -- ls -l", "lab ssh n1 -- ls -l")]
    [InlineData("lab ssh n1", "lab ssh n1")]
    [InlineData("lab ssh --help", "lab ssh --help")]
    [InlineData("lab status --json", "lab status --json")]
    public void Protect_CommandOfSsh_IsNotParsed(string line, string expected) =>
        Assert.Equal(expected.Split(' '), RemoteCommandLine.Protect(line.Split(' ')));

    [Fact]
    public void Arguments_MachineBehindAProxy_QuoteForTheShellAndForSsh()
    {
        var machine = new Machine
        {
            Name = "n1", User = "ubuntu", Address = "10.99.0.11", HostKey = "ssh-ed25519 AAAA", IdentityFile = "/key", OsType = "debian",
            OsVersion = "12", Arch = "x86_64", Features = LabFeatures.None,
        };

        var arguments = SshCommand.Arguments(machine, "/known hosts", ["/it's 100%/teuthology", "lab", "dial", "n1"]).ToList();

        Assert.Contains(@"ProxyCommand='/it'\''s 100%%/teuthology' 'lab' 'dial' 'n1'", arguments);
        Assert.Contains("UserKnownHostsFile=\"/known hosts\"", arguments);
        Assert.Contains("StrictHostKeyChecking=yes", arguments);
        Assert.Equal("ubuntu@10.99.0.11", arguments[^1]);
    }
}
