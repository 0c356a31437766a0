using System.Diagnostics;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>This test assembly as a program: a controller whose job sleeps on two machines, to be killed.</summary>
internal sealed class AbandonedController : IAsyncDisposable
{
    /// <summary>On the command line of all that its job starts, its Python task on the controller itself included.</summary>
    public const string Mark = "86423";

    private Process? process;

    public string Root { get; } = Directory.CreateTempSubdirectory("teuthology-abandoned-").FullName;

    /// <summary>The program.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args is not [var root])
            return 2;
        var host = new LoopbackHost(root, machines: 2, new RemoteOptions { Guardian = new GuardianOptions { Lease = TimeSpan.FromSeconds(2) } });
        using var checkout = new Checkout(Path.Combine(root, "checkout")).Task("sleeper", $"import subprocess\nkept = []\n\ndef task(ctx, config):\n    kept.append(subprocess.Popen(['sleep', '{Mark}']))\n");
        var job = host.Job($"""
            roles: [[a.0], [a.1]]
            tasks:
            {(Checkout.HasPython ? "- sleeper:" : "- nop:")}
            - background_exec: {"{"}a.1: "trap '' TERM HUP; sleep {Mark}; sleep {Mark}"{"}"}
            - exec: {"{"}a.0: ["(setsid sh -c 'sleep {Mark} & sleep {Mark}' </dev/null >/dev/null 2>&1 &); echo under way; sleep {Mark}"]{"}"}
            """) with { RunName = "abandoned", JobId = "1", SuitesDirectory = checkout.Suites };
        await using var session = await host.Engine.StartAsync(job, null, CancellationToken.None);
        if (session.SkipReason is not null)
            Console.WriteLine(session.SkipReason);
        var running = session.RunAsync(CancellationToken.None);
        var log = Path.Combine(session.ArchivePath!, "teuthology.log");
        while (!running.IsCompleted && !File.ReadLines(log).Any(line => line.EndsWith(".stdout:under way", StringComparison.Ordinal)))
            await Task.Delay(50);
        Console.WriteLine(running.IsCompleted ? running.Exception?.Message : "under way");
        await running;
        return 1;
    }

    /// <summary>Starts it and waits until its job is under way.</summary>
    /// <returns>Why there can be no such job here, or null.</returns>
    public async Task<string?> RunAsync()
    {
        process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(AbandonedController).Assembly.Location, Root]) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadLineAsync() is var line && line == "under way" ? null : line ?? "it ended";
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }
}
