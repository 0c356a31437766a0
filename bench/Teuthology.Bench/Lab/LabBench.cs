using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Bench;

/// <summary>
/// How long machines of the root lab take until a command over SSH has run on each of them, to be imaged anew however they were used, and to go away.
/// </summary>
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
            List<double> up = [], answering = [], again = [], all = [], used = [], program = [], down = [];
            for (var round = 0; round < rounds; round++)
            {
                up.Add(await TimeAsync(() => UntilCommandRanAsync(lab, names)));
                answering.Add(await TimeAsync(() => lab.StartAsync(names[0], progress: null, default)));
                again.Add(await TimeAsync(() => UntilCommandRanAsync(lab, names[..1])));
                all.Add(await TimeAsync(() => UntilCommandRanAsync(lab, names)));
                await RunAsync((await lab.FindAsync(names[0], default))!, Use);
                used.Add(await TimeAsync(() => UntilCommandRanAsync(lab, names[..1])));
                down.Add(await TimeAsync(() => Task.WhenAll(names.Select(n => lab.StopAsync(n, default)))));
            }

            Tell($"{Nodes} machines, a command run on each", up);
            Tell("1 machine imaged anew until its sshd answers", answering);
            Tell("1 machine imaged anew, a command run on it", again);
            Tell($"{Nodes} machines imaged anew, a command on each", all);
            Tell("1 with Ceph installed and 200 processes, too", used);
            Tell($"{Nodes} machines gone", down);
            if (await ReimageByProgramAsync(rounds, program))
                Tell("`teuthology lab reimage n1`, whole program", program);
            Console.WriteLine($"load at the end {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}");
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

    // What a job leaves: packages, files, processes
    private const string Use = "sudo apt-get install -qq ceph-mon ceph-osd >/dev/null 2>&1; sudo dd if=/dev/zero of=/big bs=1M count=256 status=none; for i in $(seq 200); do setsid sleep 1000 </dev/null >/dev/null 2>&1 & done";

    private static Task UntilCommandRanAsync(RootProvisioner lab, IEnumerable<string> names) => Task.WhenAll(names.Select(async name =>
        await RunAsync(await lab.StartAsync(name, progress: null, default), "true")));

    private static async Task RunAsync(Machine machine, string script)
    {
        await using var remote = new Remote(
            new RemoteEndpoint { HostName = machine.Name, User = machine.User, Address = machine.Address, Port = machine.SshPort, HostKey = machine.HostKey, IdentityFile = machine.IdentityFile, Dial = machine.Dial },
            NullLogger.Instance);
        await remote.RunAsync(RemoteCommand.Script(script), default);
    }

    // From the shell's prompt to the next one, of the program built for Release.
    private static async Task<bool> ReimageByProgramAsync(int rounds, List<double> seconds)
    {
        var program = Path.GetFullPath("artifacts/bin/Teuthology.Cli/release/teuthology");
        if (!File.Exists(program))
            return false;
        var state = Directory.CreateTempSubdirectory("teuthology-bench-");
        try
        {
            await LabAsync(program, state.FullName, "up", "--nodes", "1");
            for (var round = 0; round < rounds; round++)
                seconds.Add(await TimeAsync(() => LabAsync(program, state.FullName, "reimage", "n1")));
            return true;
        }
        finally
        {
            await LabAsync(program, state.FullName, "down");
            state.Delete(recursive: true);
        }
    }

    private static async Task LabAsync(string program, string state, params string[] verb)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["lab", .. verb, "--lab", "root"])
        {
            Environment = { ["TEUTHOLOGY_STATE"] = state },
            RedirectStandardOutput = true,
        })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"teuthology lab {string.Join(' ', verb)} ended with {process.ExitCode}");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private static void Tell(string what, List<double> seconds) => Console.WriteLine($"{what,-44}{Median(seconds),8:0.00}{seconds.Max(),8:0.00}");
}
