using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Orchestra.Tests;

/// <summary>
/// A machine with a management controller: OpenIPMI's ipmi_sim, which ipmitool talks to by RMCP+, and a serial line that shows a login prompt
/// for each end of line, while the power is on. Its name is 127 in the domain 0.0.1.
/// </summary>
public sealed class BmcSimulator : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-bmc-").FullName;
    private readonly TcpListener serial = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private Process? simulator;
    private Task serving = Task.CompletedTask;

    public string? Missing { get; private set; }

    public int Port { get; } = FreeUdpPort();

    /// <summary>Whether the machine shows its prompt.</summary>
    public bool IsUp { get; set; } = true;

    public string Power => File.ReadAllText(Path.Combine(directory, "power")).Trim();

    public IReadOnlyList<string> Orders => File.ReadAllLines(Path.Combine(directory, "orders"));

    public IpmiOptions Options => new()
    {
        User = "admin", Password = "secret", Domain = "0.0.1", Port = Port, CipherSuite = 3, Timeout = TimeSpan.FromSeconds(60), CycleTimeout = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(100),
    };

    public async Task InitializeAsync()
    {
        Missing = await HostPrograms.MissingAsync("/usr/bin/ipmi_sim", "openipmi", "ipmitool") ?? await HostPrograms.MissingAsync("/usr/bin/ipmitool", "ipmitool");
        if (Missing is not null)
            return;
        serial.Start();
        serving = ServeAsync();
        await WriteAsync("power", "0\n");
        await WriteAsync("orders", "");
        await WriteAsync(
            "chassis",
            """
            #!/bin/sh
            cd "$(dirname "$0")"
            shift
            echo "$*" >>orders
            case $1 in
                get) echo "$2:$([ "$2" != power ] || cat power)" ;;
                set) [ "$2" != power ] || echo "$3" >power ;;
            esac
            """);
        File.SetUnixFileMode(Path.Combine(directory, "chassis"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        await WriteAsync(
            "lan.conf",
            $"""
            name "bmc"
            set_working_mc 0x20
              startlan 1
                addr 127.0.0.1 {Port}
                priv_limit admin
                allowed_auths_admin none md2 md5 straight
                guid a123456789abcdefa123456789abcdef
              endlan
              chassis_control "{directory}/chassis 0x20"
              sol "telnet:127.0.0.1:{((IPEndPoint)serial.LocalEndpoint).Port}" 115200
              user 1 true "" "test" user 10 none md2 md5 straight
              user 2 true "admin" "secret" admin 10 none md2 md5 straight

            """);
        await WriteAsync("emulation", "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n");
        simulator = Process.Start(new ProcessStartInfo("/usr/bin/ipmi_sim", ["-c", Path.Combine(directory, "lan.conf"), "-f", Path.Combine(directory, "emulation"), "-s", directory, "-n"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        var console = new IpmiConsole("127", Options, TimeProvider.System);
        await new Poll { Sleep = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(60), Action = "start ipmi_sim" }.UntilAsync(ct => console.IsPowerAsync(on: false, ct), default);
    }

    public async Task DisposeAsync()
    {
        if (simulator is not null)
        {
            simulator.Kill();
            await simulator.WaitForExitAsync();
            simulator.Dispose();
        }

        await closing.CancelAsync();
        serial.Stop();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(directory, name), text);

    private async Task ServeAsync()
    {
        var buffer = new byte[256];
        while (!closing.IsCancellationRequested)
        {
            using var client = await serial.AcceptTcpClientAsync(closing.Token);
            var line = client.GetStream();
            while (await line.ReadAsync(buffer, closing.Token) is var read and > 0)
            {
                if (IsUp && buffer.AsSpan(0, read).IndexOfAny((byte)'\r', (byte)'\n') >= 0)
                    await line.WriteAsync("\r\n127 login: "u8.ToArray(), closing.Token);
            }
        }
    }
}
