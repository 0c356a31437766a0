using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Bench;

/// <summary>How long machines of the root lab take until a command over SSH has run on each of them, and to go away.</summary>
public static class LabBench
{
    private const int Nodes = 3;

    // Measured on a quiet machine of this kind with the tools' own start scripts: until ssh ran a command on 3 of them at once.
    private const double NspawnWithSystemd = 1.5;
    private const double VirtualMachine = 13.9; // one, under emulation

    public static async Task<int> RunAsync(int rounds)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Console.Error.WriteLine("the root lab wants root: run the benchmark as root");
            return 2;
        }

        var state = Directory.CreateTempSubdirectory("teuthology-bench-");
        var lab = new RootProvisioner(new LabOptions { StateDirectory = state.FullName, Subnet = "10.98.7" }, TimeProvider.System);
        try
        {
            Console.WriteLine($"{rounds} rounds, {Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start");
            var prepare = await TimeAsync(() => lab.PrepareAsync(new Progress<string>(Console.WriteLine), default));
            Console.WriteLine($"{"prepared (image, network)",-44}{prepare,8:0.00} s\n{"seconds",-44}{"median",8}{"worst",8}");

            var names = lab.MachineNames.Take(Nodes).ToList();
            List<double> up = [], again = [], down = [];
            for (var round = 0; round < rounds; round++)
            {
                up.Add(await TimeAsync(() => UntilCommandRanAsync(lab, names)));
                again.Add(await TimeAsync(() => UntilCommandRanAsync(lab, names[..1])));
                down.Add(await TimeAsync(() => Task.WhenAll(names.Select(n => lab.StopAsync(n, default)))));
            }

            Tell($"{Nodes} machines, a command run on each", up);
            Tell("1 machine imaged anew, a command run on it", again);
            Tell($"{Nodes} machines gone", down);
            var median = Median(up);
            Console.WriteLine($"\n{"ratio: nspawn with systemd (measured elsewhere)",-50}{NspawnWithSystemd / median,8:0.0}");
            Console.WriteLine($"{"ratio: one emulated VM (measured elsewhere)",-50}{VirtualMachine / median,8:0.0}");
            return 0;
        }
        finally
        {
            await lab.DownAsync(default);
            state.Delete(recursive: true);
        }
    }

    private static Task UntilCommandRanAsync(RootProvisioner lab, IEnumerable<string> names) => Task.WhenAll(names.Select(async name =>
    {
        var machine = await lab.StartAsync(name, progress: null, default);
        await using var remote = new Remote(
            new RemoteEndpoint { HostName = machine.Name, User = machine.User, Address = machine.Address, Port = machine.SshPort, HostKey = machine.HostKey, IdentityFile = machine.IdentityFile, Dial = machine.Dial },
            NullLogger.Instance);
        await remote.RunAsync(RemoteCommand.Args("/bin/true"), default);
    }));

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private static void Tell(string what, List<double> seconds) => Console.WriteLine($"{what,-44}{Median(seconds),8:0.00}{seconds.Max(),8:0.00}");
}
