using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>Commands a second over SSH, one command's output into the log, small files, memory: ours, the libraries', upstream's.</summary>
public static class SshBench
{
    private const int Connections = 20;
    private const int OutputMiB = 64;
    private const int Files = 200;

    // Upstream does about twenty a second on one connection.
    private const int Fewer = 5;

    /// <summary>By its path, so that no shell answers with a builtin.</summary>
    public const string Program = "/bin/true";

    /// <param name="commands">How many.</param>
    /// <param name="upstream">Upstream's code; null for none.</param>
    /// <param name="only">Measures only rows with this in their name; null for all.</param>
    public static async Task<int> RunAsync(int commands, string? upstream, string? only = null)
    {
        if (await OpenSshServer.MissingAsync() is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 2;
        }

        await using var code = await Upstream.FindAsync(upstream, "paramiko", "gevent", "yaml", "requests");
        await using var sshd = new SshdProcess();
        await sshd.BeginAsync();
        var scratch = Directory.CreateTempSubdirectory("teuthology-bench-").FullName;
        try
        {
            Console.WriteLine($"{commands} times {Program}, {Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start; upstream: {code.Remark}\n");
            var table = new SshTable(code.IsThere ? new OtherHarness(code.Command("upstream_ssh.py"), sshd, scratch) : null, only);
            await WarmUpAsync(sshd, commands);
            await MemoryAsync(sshd, table);
            await RemotesAsync(sshd, table, 1, commands, "commands a second, 1 connection", together: 1, "one", commands / Fewer);
            await RemotesAsync(sshd, table, 1, commands, "commands a second, 1 connection, 9 at a time", together: 9);
            await RemotesAsync(sshd, table, Connections, commands, $"commands a second, {Connections} connections", together: 1, "twenty", commands);
            await OutputAsync(sshd, table, scratch);
            await FilesAsync(sshd, table, scratch);
            await PlainSshNet.MeasureAsync(sshd, 1, commands, table);
            await PlainSshNet.MeasureAsync(sshd, Connections, commands, table);
            await SshBinary.MeasureAsync(sshd, 1, commands / Fewer, table);
            await SshBinary.MeasureAsync(sshd, Connections, commands, table);
            table.Write();
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static async Task FilesAsync(SshdProcess sshd, SshTable table, string scratch)
    {
        var directory = Directory.CreateDirectory(Path.Combine(scratch, "files")).FullName;
        for (var i = 0; i < Files; i++)
            await File.WriteAllTextAsync(Path.Combine(directory, $"f{i}"), new string('x', 1000 + i));
        await using var remote = new Remote(sshd.Endpoint, NullLogger.Instance);
        await remote.ConnectAsync(default);
        await table.MeasureAsync(
            "small files a second, one by one",
            Files,
            async () =>
            {
                for (var i = 0; i < Files; i++)
                    await remote.ReadFileAsync(Path.Combine(directory, $"f{i}"), sudo: false, default);
            },
            "files",
            Files);
        await table.MeasureAsync("small files a second, a directory of them", Files, () => remote.PullDirectoryAsync(directory, Path.Combine(scratch, "here"), sudo: false, default), "pull", Files);
    }

    private static async Task RemotesAsync(SshdProcess sshd, SshTable table, int connections, int commands, string name, int together, string? what = null, int count = 0)
    {
        var remotes = await ConnectAsync(sshd, connections);
        await table.MeasureAsync(
            name,
            commands,
            () => InParallel.ForEachAsync(
                remotes.SelectMany(remote => Enumerable.Repeat(remote, together)),
                async (remote, ct) =>
                {
                    for (var i = 0; i < commands / connections / together; i++)
                        await remote.RunAsync(RemoteCommand.Args(Program), ct);
                },
                default),
            what,
            count);
        await InParallel.ForEachAsync(remotes, (remote, _) => remote.DisposeAsync().AsTask(), default);
    }

    private static async Task<List<Remote>> ConnectAsync(SshdProcess sshd, int connections)
    {
        var options = new RemoteOptions { MaxConnections = 1 };
        var remotes = Enumerable.Range(0, connections).Select(_ => new Remote(sshd.Endpoint, NullLogger.Instance, options)).ToList();
        await InParallel.ForEachAsync(remotes, (remote, ct) => remote.RunAsync(RemoteCommand.Args(Program), ct), default);
        return remotes;
    }

    /// <summary>What each further connection adds to the process, and to the host beside sshd.</summary>
    private static async Task MemoryAsync(SshdProcess sshd, SshTable table)
    {
        var first = await ConnectAsync(sshd, 1);
        var before = HostMemory.ResidentKib();
        var more = await ConnectAsync(sshd, Connections - 1);
        await table.MemoryAsync("KiB of the process for each connection", (HostMemory.ResidentKib() - before) / (double)(Connections - 1), Connections);
        table.AddHost("KiB on the host beside sshd for each connection", await HostMemory.GuardianKibAsync() / (double)Connections);
        await InParallel.ForEachAsync(first.Concat(more), (remote, _) => remote.DisposeAsync().AsTask(), default);
    }

    /// <summary>What is measured first must not pay for the compiler.</summary>
    private static async Task WarmUpAsync(SshdProcess sshd, int commands)
    {
        await using var remote = new Remote(sshd.Endpoint, NullLogger.Instance);
        for (var i = 0; i < commands / 4; i++)
            await remote.RunAsync(RemoteCommand.Args(Program), default);
        await PlainSshNet.MeasureAsync(sshd, 1, commands / 4, null);
    }

    private static async Task OutputAsync(SshdProcess sshd, SshTable table, string scratch)
    {
        using var log = new JobLogFile(Path.Combine(scratch, "teuthology.log"), LogLevel.Debug, new ArchiveTrouble(), TimeProvider.System);
        await using var remote = new Remote(sshd.Endpoint, log.CreateLogger("teuthology.orchestra.run"));
        await PrintAsync(OutputMiB / 4);
        await table.MeasureAsync("MB a second of output into teuthology.log", OutputMiB * 1.048576, () => PrintAsync(OutputMiB), "output", OutputMiB);

        Task PrintAsync(int size) =>
            remote.RunAsync(RemoteCommand.Script($"yes 'a line of a log, as long as they usually are: about eighty characters' | head -c {size}M"), default);
    }
}
