using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Orchestra;
using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>Commands a second over SSH, and one command's output into the log.</summary>
public static class SshBench
{
    private const int Connections = 20;
    private const int OutputMiB = 64;

    /// <summary>By its path, so that no shell answers with a builtin.</summary>
    public const string Program = "/bin/true";

    // Measured of upstream on a quiet machine of this kind.
    private const double UpstreamOne = 21;
    private const double UpstreamTwenty = 344;
    private const double UpstreamOutput = 5.6;

    public static async Task<int> RunAsync(int commands)
    {
        if (await OpenSshServer.MissingAsync() is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        await using var sshd = new SshdProcess();
        await sshd.BeginAsync();
        Console.WriteLine($"{commands} times {Program}, {Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start\n");
        await WarmUpAsync(sshd, commands);
        Console.WriteLine($"{"",-44}{"per second",12}{"our CPU s",12}");

        var one = await RemotesAsync(sshd, 1, commands, "Remote, 1 connection, one by one", together: 1);
        await RemotesAsync(sshd, 1, commands, "Remote, 1 connection, 9 at a time", together: 9);
        var twenty = await RemotesAsync(sshd, Connections, commands, $"Remote, {Connections} connections", together: 1);
        var plainOne = await PlainSshNet.MeasureAsync(sshd, 1, commands, Tell);
        var plainTwenty = await PlainSshNet.MeasureAsync(sshd, Connections, commands, Tell);
        var binaryOne = await SshBinary.MeasureAsync(sshd, 1, commands / 3, Tell);
        var binaryTwenty = await SshBinary.MeasureAsync(sshd, Connections, commands, Tell);
        var output = await OutputAsync(sshd);

        Console.WriteLine($"\n{"ratio of Remote to",-44}{"1",12}{Connections,12}");
        Console.WriteLine($"{"plain SSH.NET",-44}{one / plainOne,12:0.00}{twenty / plainTwenty,12:0.00}");
        Console.WriteLine($"{"ssh with ControlMaster",-44}{one / binaryOne,12:0.00}{twenty / binaryTwenty,12:0.00}");
        Console.WriteLine($"{"upstream (measured elsewhere, quiet)",-44}{one / UpstreamOne,12:0.00}{twenty / UpstreamTwenty,12:0.00}");
        Console.WriteLine($"{"upstream, output into the log",-44}{output / UpstreamOutput,12:0.00}");
        return 0;
    }

    private static async Task<double> RemotesAsync(SshdProcess sshd, int connections, int commands, string name, int together)
    {
        var options = new RemoteOptions { MaxConnections = 1 };
        var remotes = Enumerable.Range(0, connections).Select(_ => new Remote(sshd.Endpoint, NullLogger.Instance, options)).ToList();
        await InParallel.ForEachAsync(remotes, (remote, ct) => remote.RunAsync(RemoteCommand.Args(Program), ct), default);
        var result = await MeasureAsync(
            name,
            commands,
            () => InParallel.ForEachAsync(
                remotes.SelectMany(remote => Enumerable.Repeat(remote, together)),
                async (remote, ct) =>
                {
                    for (var i = 0; i < commands / connections / together; i++)
                        await remote.RunAsync(RemoteCommand.Args(Program), ct);
                },
                default));
        await InParallel.ForEachAsync(remotes, (remote, _) => remote.DisposeAsync().AsTask(), default);
        return result;
    }

    /// <summary>What is measured first must not pay for the compiler.</summary>
    private static async Task WarmUpAsync(SshdProcess sshd, int commands)
    {
        var silent = (string _, double _, Func<Task> work) => WorkAsync(work);
        await using var remote = new Remote(sshd.Endpoint, NullLogger.Instance);
        for (var i = 0; i < commands / 4; i++)
            await remote.RunAsync(RemoteCommand.Args(Program), default);
        await PlainSshNet.MeasureAsync(sshd, 1, commands / 4, silent);
        static async Task<double> WorkAsync(Func<Task> work)
        {
            await work();
            return 0;
        }
    }

    private static async Task<double> OutputAsync(SshdProcess sshd)
    {
        var log = new CountingLog();
        await using var remote = new Remote(sshd.Endpoint, log);
        await remote.ConnectAsync(default);
        var result = await MeasureAsync(
            $"{OutputMiB} MiB of one command's output, MB/s",
            OutputMiB * 1.048576,
            () => remote.RunAsync(RemoteCommand.Script($"yes 'a line of a log, as long as they usually are: about eighty characters' | head -c {OutputMiB}M"), default));
        Console.WriteLine($"{"  lines into the log",-44}{log.Lines,12}");
        return result;
    }

    private static Task<double> MeasureAsync(string name, double amount, Func<Task> work) => Tell(name, amount, work);

    private static async Task<double> Tell(string name, double amount, Func<Task> work)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        var rate = amount / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"{name,-44}{rate,12:0.0}{(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,12:0.00}");
        return rate;
    }
}
