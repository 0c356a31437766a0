using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Testing;

/// <summary>
/// A beanstalkd of a test's own, on a port of the loopback, its jobs kept in a directory so that they outlive a restart. It goes when the test disposes of it,
/// and also when the test's process is killed.
/// </summary>
internal sealed class BeanstalkdServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/beanstalkd";

    // Ends the server when its input ends; a word on it keeps the directory.
    private const string Watch = """
        directory=$1; shift
        "$@" </dev/null >/dev/null 2>&1 &
        server=$!
        read -r keep
        kill -KILL "$server"
        wait "$server"
        [ -n "$keep" ] || rm -rf "$directory"
        """;

    private static readonly SemaphoreSlim Installing = new(1, 1);
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-beanstalkd-").FullName;
    private Process? _server;

    private BeanstalkdServer(int port) => Port = port;

    /// <summary>Its port on 127.0.0.1; stays the same over restarts.</summary>
    public int Port { get; }

    /// <summary>Starts one; installs Debian's beanstalkd where it is missing and the test is root, else the test is skipped with the remedy.</summary>
    public static async Task<BeanstalkdServer> StartAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!File.Exists(Program) && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get"))
                await InstallAsync();
        }
        finally
        {
            Installing.Release();
        }

        Skip.If(!File.Exists(Program), "beanstalkd is not on this host: sudo apt-get install beanstalkd");
        var server = new BeanstalkdServer(FreePort());
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Kills it and starts it with the jobs that it had.</summary>
    public async Task RestartAsync()
    {
        await StopAsync(keep: true);
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync(keep: false);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task InstallAsync()
    {
        // Debian's package would start a server of its own.
        const string policy = "/usr/sbin/policy-rc.d";
        var isOurs = !File.Exists(policy);
        if (isOurs)
        {
            await File.WriteAllTextAsync(policy, "#!/bin/sh\nexit 101\n");
            File.SetUnixFileMode(policy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        using var apt = Run("/usr/bin/apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", "beanstalkd");
        apt.StandardInput.Close();
        var output = await apt.StandardOutput.ReadToEndAsync();
        await apt.WaitForExitAsync();
        if (isOurs)
            File.Delete(policy);
        Skip.If(apt.ExitCode != 0, $"beanstalkd cannot be installed: sudo apt-get install beanstalkd\n{output}");
    }

    private static Process Run(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/",
    })!;

    private async Task StartAgainAsync()
    {
        _server = Run("/bin/sh", "-c", Watch, "sh", _directory, Program, "-l", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-b", _directory, "-f", "0");
        for (var tries = 0; ; tries++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (tries < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    private async Task StopAsync(bool keep)
    {
        if (_server is not { } server)
            return;
        _server = null;
        if (keep)
            await server.StandardInput.WriteLineAsync("keep");
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
    }
}
