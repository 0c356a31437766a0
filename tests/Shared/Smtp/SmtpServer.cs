using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Testing;

/// <summary>
/// A real SMTP server, aiosmtpd, on a port of the loopback, that puts every mail into a file. It goes with its directory when the test disposes of it, and also
/// when the test's process is killed.
/// </summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";

    // Ends the server when its input ends.
    private const string Watch = """
        directory=$1; shift
        "$@" </dev/null &
        server=$!
        read -r _
        kill "$server"
        wait "$server"
        rm -rf "$directory"
        """;

    private static readonly SemaphoreSlim Installing = new(1, 1);
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-smtp-").FullName;
    private Process? _server;

    private SmtpServer(int port) => Port = port;

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Its address, as the site's <c>smtp_server</c> has it.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The mails that came, oldest first, as they went over the wire.</summary>
    public IReadOnlyList<string> Mails
    {
        get
        {
            var box = Path.Combine(_directory, "mails", "new");
            return Directory.Exists(box) ? [.. new DirectoryInfo(box).GetFiles().OrderBy(file => file.CreationTimeUtc).Select(file => File.ReadAllText(file.FullName))] : [];
        }
    }

    /// <summary>Starts one; installs Debian's python3-aiosmtpd where it is missing and the test is root, else the test is skipped with the remedy.</summary>
    public static async Task<SmtpServer> StartAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!await IsThereAsync() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get"))
                await RunAsync("/usr/bin/apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", "python3-aiosmtpd");
        }
        finally
        {
            Installing.Release();
        }

        Skip.If(!await IsThereAsync(), "aiosmtpd is not on this host: sudo apt-get install python3-aiosmtpd");
        var server = new SmtpServer(FreePort());
        await server.BeginAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _server!.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }

    private static async Task<bool> IsThereAsync() => File.Exists(Python) && await RunAsync(Python, "-c", "import aiosmtpd") == 0;

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
    })!;

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task BeginAsync()
    {
        _server = Start("/bin/sh", "-c", Watch, "sh", _directory, Python, "-m", "aiosmtpd", "-n", "-l", Address, "-c", "aiosmtpd.handlers.Mailbox", Path.Combine(_directory, "mails"));
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (tries < 200 && !_server.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }
}
