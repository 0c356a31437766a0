using System.Globalization;
using System.Text.Json;

namespace Teuthology.Lab;

/// <summary>Where a node keeps its things, and what is written there.</summary>
/// <param name="name">Its name.</param>
/// <param name="address">Its address, 127.0.0.x.</param>
/// <param name="directory">Its directory; goes when the node goes.</param>
internal sealed class LoopbackNode(string name, string address, string directory)
{
    public string Name { get; } = name;

    public string Address { get; } = address;

    public string Directory { get; } = directory;

    /// <summary>Set in the environment of all the node's processes.</summary>
    public string Mark => $"TEUTHOLOGY_NODE={Directory}";

    public string ConfigFile => Path.Combine(Directory, "etc", "sshd_config");

    public string HostKeyFile => Path.Combine(Directory, "etc", "hostkey");

    public string LogFile => Path.Combine(Directory, "etc", "sshd.log");

    private string StateFile => Path.Combine(Directory, "etc", "state.json");

    /// <summary>Writes all files but the host key.</summary>
    public async Task WriteAsync(string authorizedKey, CancellationToken cancellationToken)
    {
        const UnixFileMode onlyMe = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var part in (string[])["", "home", "tmp", "etc", "bin"])
            System.IO.Directory.CreateDirectory(Path.Combine(Directory, part), onlyMe);
        await File.WriteAllTextAsync(Path.Combine(Directory, "etc", "authorized_keys"), authorizedKey, cancellationToken);
        await ScriptAsync("entry", LoopbackScripts.Entry(Directory), cancellationToken);
        await ScriptAsync("hostname", LoopbackScripts.HostName(Name, Address), cancellationToken);
        await ScriptAsync("sudo", LoopbackScripts.Sudo, cancellationToken);
    }

    public Task WriteConfigAsync(int port, CancellationToken cancellationToken) => File.WriteAllTextAsync(
        ConfigFile,
        $"""
        Port {port.ToString(CultureInfo.InvariantCulture)}
        ListenAddress {Address}
        HostKey {HostKeyFile}
        PidFile none
        AuthorizedKeysFile {Directory}/etc/authorized_keys
        UsePAM no
        StrictModes no
        PubkeyAuthentication yes
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        AllowUsers {Environment.UserName}
        UseDNS no
        PrintMotd no
        PrintLastLog no
        MaxStartups 200
        MaxSessions 200
        X11Forwarding no
        SetEnv {Mark} TEUTHOLOGY_GUARDIAN={Directory}/run HOME={Directory}/home TMPDIR={Directory}/tmp PATH={Directory}/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
        Subsystem sftp internal-sftp
        ForceCommand {Directory}/bin/entry
        LogLevel ERROR

        """,
        cancellationToken);

    public Task WriteStateAsync(LoopbackState state, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(StateFile, JsonSerializer.Serialize(state), cancellationToken);

    /// <summary>What was noted at the start; null when the node never came that far.</summary>
    public async Task<LoopbackState?> ReadStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<LoopbackState>(await File.ReadAllTextAsync(StateFile, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private async Task ScriptAsync(string script, string text, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory, "bin", script);
        await File.WriteAllTextAsync(path, text, cancellationToken);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
    }
}
