using Teuthology.Orchestra.Tests;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

/// <summary><c>updatekeys</c> and <c>update-inventory</c> over a real sshd.</summary>
public sealed class InventoryTests : IAsyncLifetime
{
    private readonly Cli _cli = new();
    private readonly SshdProcess _sshd = new();
    private EmptyServer _server = null!;
    private string? _missing;

    public async Task InitializeAsync()
    {
        _server = await EmptyServer.StartAsync();
        _missing = await OpenSshServer.MissingAsync();
        if (_missing is not null)
            return;
        await _sshd.BeginAsync();
        var ssh = _cli.Write("ssh_config", $"Host real\n  HostName 127.0.0.1\n  Port {_sshd.Port}\n  IdentityFile {_sshd.IdentityFile}\n  UserKnownHostsFile /dev/null\nHost silent\n  HostName 127.0.0.1\n  Port 1\n");
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", $"lock_server: {_server.Url}\nssh_config_path: {ssh}\ntest_user: {Environment.UserName}\n");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _sshd.DisposeAsync();
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task UpdateInventory_UnknownMachine_IsAddedWithWhatItIs()
    {
        Skip.If(_missing is not null, _missing);
        var added = await _cli.RunAsync("update-inventory", "-m", "mt", "someone@real");

        Assert.Equal((0, $"Asking real\nCreating new node real at {_server.Url}\n"), (added.ExitCode, added.Error));
        var node = (await _server.Nodes.FindAsync("real", default))!;
        Assert.Equal(("mt", true, "x86_64", "debian", _sshd.HostKey), (node.MachineType, node.Up, node.Arch, node.OsType, node.SshPubKey));
        Assert.Matches("^[0-9.]+$", node.OsVersion);

        await _cli.RunAsync("lock", "--update", "--status", "down", "real");
        Assert.Equal(new CliResult(0, "", "Asking real\n"), await _cli.RunAsync("update-inventory", "real"));
        node = (await _server.Nodes.FindAsync("real", default))!;
        Assert.Equal(("mt", true), (node.MachineType, node.Up));
    }

    [SkippableFact]
    public async Task UpdateInventory_MachineThatDoesNotAnswer_IsToldAndTheOthersAreAsked()
    {
        Skip.If(_missing is not null, _missing);
        var result = await _cli.RunAsync("update-inventory", "nowhere.invalid", "real");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("failed to update nowhere.invalid: ", result.Error, StringComparison.Ordinal);
        Assert.NotNull(await _server.Nodes.FindAsync("real", default));
    }

    [SkippableFact]
    public async Task UpdateKeys_ChangedKey_IsWrittenDown()
    {
        Skip.If(_missing is not null, _missing);
        await _server.SendAsync("POST", "/nodes/", """{"name": "real", "ssh_pub_key": "ssh-rsa OLD"}""");

        Assert.Equal(new CliResult(0, "", "Checking real\nNew key found. Updating...\n"), await _cli.RunAsync("updatekeys", "real"));
        Assert.Equal(_sshd.HostKey, (await _server.Nodes.FindAsync("real", default))!.SshPubKey);
        Assert.Equal(new CliResult(0, "", "Checking real\n"), await _cli.RunAsync("updatekeys", "--all"));
    }

    [SkippableFact]
    public async Task Lock_ListOfAVirtualMachine_RefreshesItsKeyFirst()
    {
        Skip.If(_missing is not null, _missing);
        await _server.SendAsync("POST", "/nodes/", """{"name": "real", "is_vm": true, "up": true, "machine_type": "vps", "locked": true, "locked_by": "me"}""");

        var listed = await _cli.RunAsync("lock", "--list-targets", "real");

        Assert.Equal(new CliResult(0, $"targets:\n  real: {_sshd.HostKey}\n\n", "updating host keys for real\n"), listed);
    }

    [Theory]
    [InlineData("one of the three")]
    [InlineData("one of the three", "-a", "real")]
    [InlineData("has no machine unknown; `teuthology update-inventory unknown` adds it", "unknown")]
    public async Task UpdateKeys_BadLine_IsOneClearError(string message, params string[] options)
    {
        var result = await _cli.RunAsync(["updatekeys", "--server", _server.Url, .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
