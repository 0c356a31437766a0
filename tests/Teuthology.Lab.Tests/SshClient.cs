using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Lab.Tests;

/// <summary>Runs commands on machines by the real ssh, which checks their host keys.</summary>
internal static class SshClient
{
    public static async Task<(int Status, string Output)> RunAsync(Machine machine, string command)
    {
        if (machine.Dial is null)
            return await RunAsync(machine, machine.Address, machine.SshPort, command);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var pump = PumpAsync(listener, await machine.Dial(machine.SshPort, CancellationToken.None));
        var result = await RunAsync(machine, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, command);
        await pump;
        return result;
    }

    public static async Task<(int Status, string Output)> ReadAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private static async Task<(int Status, string Output)> RunAsync(Machine machine, string address, int port, string command)
    {
        var known = Path.GetTempFileName();
        await File.WriteAllTextAsync(known, $"[{address}]:{port} {machine.HostKey}\n");
        try
        {
            return await ReadAsync(
                "ssh", "-F", "none", "-i", machine.IdentityFile, "-p", $"{port}", "-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={known}",
                "-o", "GlobalKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", $"{machine.User}@{address}", command);
        }
        finally
        {
            File.Delete(known);
        }
    }

    private static async Task PumpAsync(TcpListener listener, Stream far)
    {
        await using (far)
        {
            using var client = await listener.AcceptTcpClientAsync();
            var near = client.GetStream();
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
    }
}
