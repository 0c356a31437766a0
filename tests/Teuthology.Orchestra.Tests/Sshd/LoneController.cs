using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra.Tests;

/// <summary>The program of this assembly: a controller of its own, to be killed.</summary>
public static class LoneController
{
    /// <summary>Starts it: three commands that sleep in five processes.</summary>
    public static Process Start(LoopbackSshd sshd, int lease, string tag) => Process.Start(new ProcessStartInfo(
        "dotnet",
        [typeof(LoneController).Assembly.Location, sshd.Port.ToString(CultureInfo.InvariantCulture), sshd.Endpoint.HostKey!, sshd.IdentityFile, lease.ToString(CultureInfo.InvariantCulture), tag])
    { RedirectStandardError = true })!;

    public static async Task<int> Main(string[] args)
    {
        if (args is ["exiter"])
            return await ExiterAsync();
        if (args is not [var port, var hostKey, var identity, var lease, var tag])
            return 2;
        var endpoint = new RemoteEndpoint
        {
            HostName = "smithi001", User = Environment.UserName, Address = "127.0.0.1", Port = int.Parse(port), HostKey = hostKey, IdentityFile = identity,
        };
        await using var remote = new Remote(endpoint, NullLogger.Instance, new RemoteOptions { Guardian = new GuardianOptions { Lease = TimeSpan.FromSeconds(double.Parse(lease)) } });
        await InParallel.ForEachAsync(
            [$"sleep {tag}", $"trap '' TERM HUP; sleep {tag}; sleep {tag}", $"setsid sh -c 'sleep {tag} & sleep {tag}' </dev/null >/dev/null 2>&1 & sleep {tag}"],
            (script, ct) => remote.RunAsync(RemoteCommand.Script(script), ct),
            default);
        return 0;
    }

    private static async Task<int> ExiterAsync()
    {
        using var exiter = new Exiter();
        using var one = exiter.Add([PosixSignal.SIGTERM, PosixSignal.SIGINT], signal => Console.Out.WriteLine($"one {signal}"));
        using var two = exiter.Add([PosixSignal.SIGINT], signal => Console.Out.WriteLine($"two {signal}"));
        exiter.Add([PosixSignal.SIGTERM], _ => Console.Out.WriteLine("taken away")).Dispose();
        Console.Out.WriteLine("ready");
        await Task.Delay(TimeSpan.FromSeconds(60));
        return 0;
    }
}
