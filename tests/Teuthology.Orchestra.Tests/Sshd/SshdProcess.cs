using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Orchestra.Tests;

/// <summary>An sshd of our own on loopback, with keys of its own, run as the user who runs it.</summary>
public sealed class SshdProcess : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-sshd-").FullName;
    private Process? process;
    private string environment = "SetEnv SHLVL=2";

    public int Port { get; private set; }

    public int Pid => process!.Id;

    public string HostKey { get; private set; } = "";

    public string IdentityFile => Path.Combine(directory, "id");

    public RemoteEndpoint Endpoint => new()
    {
        HostName = "smithi001.front.example.com",
        User = Environment.UserName,
        Address = "127.0.0.1",
        Port = Port,
        HostKey = HostKey,
        IdentityFile = IdentityFile,
    };

    /// <summary>Makes keys and starts.</summary>
    /// <param name="setEnv">The line of its configuration that sets the environment, or null for the usual one.</param>
    public async Task BeginAsync(string? setEnv = null)
    {
        environment = setEnv ?? environment;
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        await KeygenAsync("host");
        await KeygenAsync("id");
        HostKey = (await File.ReadAllTextAsync(Path.Combine(directory, "host.pub"))).Trim();
        File.Copy(Path.Combine(directory, "id.pub"), Path.Combine(directory, "authorized_keys"));
        Port = FreePort();
        await StartAsync();
    }

    /// <summary>Starts sshd. SHLVL keeps bash from reading the user's start-up files, which on some machines take longer than a test.</summary>
    public async Task StartAsync()
    {
        var config = Path.Combine(directory, "sshd_config");
        await File.WriteAllTextAsync(
            config,
            $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {directory}/host
            PidFile none
            AuthorizedKeysFile {directory}/authorized_keys
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            MaxStartups 500:1:1000
            {environment} TEUTHOLOGY_GUARDIAN={directory}/run
            Subsystem sftp internal-sftp
            LogLevel ERROR

            """);
        process = Process.Start(new ProcessStartInfo(OpenSshServer.Program, ["-D", "-E", Path.Combine(directory, "log"), "-f", config]))!;
        for (var attempt = 0; !await AnswersAsync(); attempt++)
        {
            if (process.HasExited || attempt > 200)
                throw new InvalidOperationException($"sshd does not start: {await File.ReadAllTextAsync(Path.Combine(directory, "log"))}");
            await Task.Delay(25);
        }
    }

    /// <summary>Kills sshd with all its connections; what they run stays.</summary>
    public async Task KillAsync()
    {
        foreach (var pid in (await ChildrenAsync(process!.Id)).Append(process.Id))
            await OpenSshServer.RunAsync("kill", "-9", pid.ToString());
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
        await DeleteAsync();
    }

    // A guardian whose lease is over may be removing its state there in the same moment.
    private async Task DeleteAsync()
    {
        for (var tries = 0; Directory.Exists(directory); tries++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (IOException) when (tries < 20)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>sshd's own descendants: the monitor and the unprivileged half of every connection.</summary>
    private static async Task<List<int>> ChildrenAsync(int parent)
    {
        var found = new List<int>();
        foreach (var stat in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var text = await File.ReadAllTextAsync(Path.Combine(stat, "stat"));
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                if (int.Parse(fields[1]) != parent || !text.Contains("(sshd"))
                    continue;
                var pid = int.Parse(Path.GetFileName(stat));
                found.Add(pid);
                found.AddRange(await ChildrenAsync(pid));
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return found;
    }

    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task KeygenAsync(string name) =>
        OpenSshServer.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", Path.Combine(directory, name));
}
