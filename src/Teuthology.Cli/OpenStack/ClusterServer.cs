using System.Diagnostics;
using System.Text.Json;

namespace Teuthology.Cli;

/// <summary>The web interface of a cluster on this host: a process of its own that stays until the cluster is torn down, whoever started it.</summary>
/// <param name="terminal">Surroundings.</param>
/// <param name="cluster">Name of the cluster.</param>
internal sealed class ClusterServer(Terminal terminal, string cluster)
{
    // setsid(1) gives it a session of its own; its output goes to a file that outlives who started it.
    private const string Script = "log=$1; shift; exec setsid \"$@\" >\"$log\" 2>&1 </dev/null";
    private const string Listening = "listening on ";

    private string Directory => Path.Combine(LabSettings.Read(terminal, null).StateDirectory, "openstack", cluster);

    private string RecordFile => Path.Combine(Directory, "server.json");

    private string LockFile => Path.Combine(Directory, "server.lock");

    private string LogFile => Path.Combine(Directory, "server.log");

    /// <summary>Its address; it is started when it does not run.</summary>
    /// <exception cref="TeuthologyException">It does not start.</exception>
    public async Task<string> AddressAsync(CancellationToken cancellationToken)
    {
        // Two runs that begin at once start one.
        using var held = await FileLock.TakeAsync(LockFile, null, terminal.Time, cancellationToken);
        if (Read() is { } running)
            return running.Address;

        // What an earlier one said is not for us.
        File.Delete(LogFile);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", LogFile, OwnProgram.Path, "server", "--listen", "http://127.0.0.1:0"]) { UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var (name, value) in OwnProgram.Surroundings(terminal))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        while (true)
        {
            var said = File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile, cancellationToken) : "";
            if (said.Split('\n').SkipLast(1).FirstOrDefault(line => line.StartsWith(Listening, StringComparison.Ordinal)) is { } line)
            {
                var record = new Record(ControllerProcess.Of(process.Id)?.ToString() ?? "", line[Listening.Length..].Trim());
                await File.WriteAllTextAsync(RecordFile, JsonSerializer.Serialize(record), cancellationToken);
                return record.Address;
            }

            if (process.HasExited)
                throw new TeuthologyException(FailureKind.Infrastructure, $"the web interface does not start: {said.Trim()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), terminal.Time, cancellationToken);
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>What was ended; null when it did not run.</returns>
    public async Task<string?> StopAsync(CancellationToken cancellationToken)
    {
        using var held = await FileLock.TakeAsync(LockFile, null, terminal.Time, cancellationToken);
        if (Read() is not { } running || !ControllerProcess.TryParse(running.Process, out var process))
            return null;
        using (var kill = Process.Start(new ProcessStartInfo("/bin/kill", ["-s", "TERM", "--", $"{process.ProcessId}"]) { RedirectStandardError = true })!)
            await kill.WaitForExitAsync(cancellationToken);
        while (!process.IsDead)
            await Task.Delay(TimeSpan.FromMilliseconds(50), terminal.Time, cancellationToken);
        File.Delete(RecordFile);
        return $"web interface {running.Address}";
    }

    private Record? Read() => File.Exists(RecordFile) && JsonSerializer.Deserialize<Record>(File.ReadAllText(RecordFile)) is { } record
        && ControllerProcess.TryParse(record.Process, out var process) && !process.IsDead ? record : null;

    private sealed record Record(string Process, string Address);
}
