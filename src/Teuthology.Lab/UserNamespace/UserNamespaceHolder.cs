using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Teuthology.Lab;

/// <summary>
/// The process that keeps a user's namespaces: its root is the user, the machines' users are ids that belong to him.
/// One serves all processes of the user; it ends by itself a minute after the last machine.
/// </summary>
/// <param name="directory">The lab's directory; machines are in its folder <c>nodes</c>.</param>
internal sealed class UserNamespaceHolder(string directory)
{
    // A /run of its own holds the names of the network namespaces. What it waits for is looked at every few seconds.
    private const string Script = """
        set -eu
        mount -t tmpfs -o mode=755 tmpfs /run
        mkdir /run/netns /run/lock
        mount --bind /run/netns /run/netns
        ip link set lo up
        : > "$1/holder.ready"
        while [ -e "$1/holder.used" ] && { [ -n "$(ls -A "$1/nodes" 2>/dev/null)" ] || [ -n "$(find "$1/holder.used" -mmin -1)" ]; }; do sleep 5; done
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private string StateFile => Path.Combine(directory, "holder.json");

    private string ReadyFile => Path.Combine(directory, "holder.ready");

    private string UsedFile => Path.Combine(directory, "holder.used");

    private string LogFile => Path.Combine(directory, "holder.log");

    /// <summary>Process id of the holder; null when there is none.</summary>
    public int? Process
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<ControllerProcess>(File.ReadAllText(StateFile)) is { IsDead: false } process && File.Exists(ReadyFile)
                    ? process.ProcessId
                    : null;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Starts the holder unless it is there.</summary>
    /// <returns>What to put before a command so that it runs inside.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it does not come up.</exception>
    public async Task<IReadOnlyList<string>> EnterAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        using var held = await FileLock.TakeAsync(Path.Combine(directory, "holder.lock"), null, cancellationToken);
        await File.WriteAllTextAsync(UsedFile, "", cancellationToken);
        return Inside(Process ?? await StartAsync(cancellationToken));
    }

    /// <summary>Ends the holder, and with it what is left of the network; machines must be gone before.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return;
        using var held = await FileLock.TakeAsync(Path.Combine(directory, "holder.lock"), null, cancellationToken);
        if (Process is { } id)
            Kill(id);
        foreach (var file in (string[])[StateFile, ReadyFile, UsedFile, LogFile])
            File.Delete(file);
    }

    /// <summary>What to put before a command so that it runs inside.</summary>
    /// <param name="process">The holder.</param>
    public static IReadOnlyList<string> Inside(int process) =>
        ["nsenter", "--target", process.ToString(CultureInfo.InvariantCulture), "--user", "--mount", "--net", "--"];

    private async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(ReadyFile);
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = "/" };
        string[] arguments =
            ["-c", "log=$1; shift; exec setsid \"$@\" </dev/null >\"$log\" 2>&1", "sh", LogFile, .. UserNamespaceHost.Launcher, "--net", "bash", "-c", Script, "holder", directory];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = System.Diagnostics.Process.Start(start)!;
        var since = Stopwatch.GetTimestamp();
        while (!File.Exists(ReadyFile))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(since) > Deadline)
            {
                Kill(process.Id);
                throw new TeuthologyException(FailureKind.Infrastructure, $"the namespaces of the userns lab cannot be made: {ToolRun.Tail(await File.ReadAllTextAsync(LogFile, cancellationToken))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }

        var life = ControllerProcess.Current with { ProcessId = process.Id, StartTicks = ProcessLife.StartTicks(process.Id) ?? 0 };
        await File.WriteAllTextAsync(StateFile, JsonSerializer.Serialize(life), cancellationToken);
        return process.Id;
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended by itself.
        }
    }
}
