using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Jobs;
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

    private const int Files = 200;

    /// <param name="commands">How many.</param>
    /// <param name="beside">
    /// Command line of another harness, or null. It is called with port, private key, <c>one</c>, <c>twenty</c>, <c>output</c>,
    /// <c>files</c> or <c>pull</c>, the amount (commands, MiB, files), its log, a directory of files and one to pull it to, and prints
    /// a rate and its CPU seconds.
    /// </param>
    public static async Task<int> RunAsync(int commands, string? beside)
    {
        if (await OpenSshServer.MissingAsync() is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        await using var sshd = new SshdProcess();
        await sshd.BeginAsync();
        var other = beside is null ? null : new OtherHarness(beside, sshd);
        var scratch = Directory.CreateTempSubdirectory("teuthology-bench-").FullName;
        Console.WriteLine($"{commands} times {Program}, {Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start\n");
        await WarmUpAsync(sshd, commands);
        Console.WriteLine($"{"",-44}{"per second",12}{"our CPU s",12}{"other",12}{"ratio",12}");

        Beside(await RemotesAsync(sshd, 1, commands, "Remote, 1 connection, one by one", together: 1), other?.Measure("one", commands / 5, scratch));
        Beside(await RemotesAsync(sshd, 1, commands, "Remote, 1 connection, 9 at a time", together: 9), null);
        Beside(await RemotesAsync(sshd, Connections, commands, $"Remote, {Connections} connections", together: 1), other?.Measure("twenty", commands, scratch));
        Beside(await OutputAsync(sshd, scratch), other?.Measure("output", OutputMiB / 4, scratch));
        await FilesAsync(sshd, scratch, () => other?.Measure("files", Files, scratch), () => other?.Measure("pull", Files, scratch));
        Beside(await PlainSshNet.MeasureAsync(sshd, 1, commands, Tell), null);
        Beside(await PlainSshNet.MeasureAsync(sshd, Connections, commands, Tell), null);
        Beside(await SshBinary.MeasureAsync(sshd, 1, commands / 3, Tell), null);
        Beside(await SshBinary.MeasureAsync(sshd, Connections, commands, Tell), null);
        Directory.Delete(scratch, recursive: true);
        return 0;
    }

    private static void Beside(double ours, double? theirs) => Console.WriteLine(theirs is { } rate ? $"{rate,12:0.0}{ours / rate,12:0.0}" : "");

    private static async Task FilesAsync(SshdProcess sshd, string scratch, Func<double?> otherRead, Func<double?> otherPulled)
    {
        var directory = Directory.CreateDirectory(Path.Combine(scratch, "files")).FullName;
        for (var i = 0; i < Files; i++)
            await File.WriteAllTextAsync(Path.Combine(directory, $"f{i}"), new string('x', 1000 + i));
        await using var remote = new Remote(sshd.Endpoint, NullLogger.Instance);
        await remote.ConnectAsync(default);
        var read = await MeasureAsync($"{Files} small files read, each by a command", Files, async () =>
        {
            for (var i = 0; i < Files; i++)
                await remote.ReadFileAsync(Path.Combine(directory, $"f{i}"), sudo: false, default);
        });
        Beside(read, otherRead());
        var pulled = await MeasureAsync($"{Files} small files pulled as a directory", Files, () => remote.PullDirectoryAsync(directory, Path.Combine(scratch, "here"), sudo: false, default));
        Beside(pulled, otherPulled());
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
        if (connections > 1)
            await HostMemory.TellAsync(connections);
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

    private static async Task<double> OutputAsync(SshdProcess sshd, string scratch)
    {
        var path = Path.Combine(scratch, "teuthology.log");
        using var log = new JobLogFile(path, LogLevel.Debug, new ArchiveTrouble(), TimeProvider.System);
        await using var remote = new Remote(sshd.Endpoint, log.CreateLogger("teuthology.orchestra.run"));
        await PrintAsync(OutputMiB / 4);
        var sshdBefore = HostMemory.CpuOf(sshd.Pid);
        var rate = await MeasureAsync($"{OutputMiB} MiB of output to teuthology.log, MB/s", OutputMiB * 1.048576, () => PrintAsync(OutputMiB));
        Console.Write($"  (sshd {HostMemory.CpuOf(sshd.Pid) - sshdBefore:0.00} CPU s)");
        return rate;

        Task PrintAsync(int size) =>
            remote.RunAsync(RemoteCommand.Script($"yes 'a line of a log, as long as they usually are: about eighty characters' | head -c {size}M"), default);
    }

    private static Task<double> MeasureAsync(string name, double amount, Func<Task> work) => Tell(name, amount, work);

    private static async Task<double> Tell(string name, double amount, Func<Task> work)
    {
        var (start, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        var rate = amount / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.Write($"{name,-44}{rate,12:0.0}{(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,12:0.00}");
        return rate;
    }
}
