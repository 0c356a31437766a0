using System.Diagnostics;
using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>What the archive of a job tells of the job: its machines, its owner and its process.</summary>
/// <param name="Archive">The directory.</param>
/// <param name="Targets">Machines, as <c>config.yaml</c> names them.</param>
/// <param name="Owner">Who holds them, or null.</param>
/// <param name="Pid">The controller's process, or null.</param>
internal sealed record JobOfArchive(string Archive, IReadOnlyList<string> Targets, string? Owner, int? Pid)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ConfigurationException">It is no archive of a job with machines.</exception>
    public static JobOfArchive Read(string archive)
    {
        var config = Yaml("config.yaml") ?? Yaml("orig.config.yaml") ?? throw new ConfigurationException($"{archive}: this is no archive of a job: there is no config.yaml");
        var info = Yaml("info.yaml");
        var targets = config.Get("targets") is YamlMap map ? map.Keys.Select(key => key?.ToString() ?? "").ToList() : [];
        if (targets.Count == 0)
            throw new ConfigurationException($"{archive}: its config.yaml names no targets: the job had no machines, or never got them");
        return new JobOfArchive(archive, targets, info?.Get("owner") as string ?? config.Get("owner") as string ?? Line("owner"), int.TryParse(info?.Get("pid")?.ToString() ?? Line("pid"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null);

        YamlMap? Yaml(string file) => File.Exists(Path.Combine(archive, file)) ? YamlLoader.LoadFile(Path.Combine(archive, file)) as YamlMap : null;

        string? Line(string file) => File.Exists(Path.Combine(archive, file)) ? File.ReadLines(Path.Combine(archive, file)).FirstOrDefault()?.Trim() : null;
    }

    /// <summary>Ends a process, if need be by force, and waits until it is gone.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="mention">What must stand on its command line: the number may be somebody else's by now; null for anything.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is no such process.</returns>
    public static async Task<bool> EndAsync(int pid, string? mention, CancellationToken cancellationToken)
    {
        string line;
        try
        {
            line = (await File.ReadAllTextAsync($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline", cancellationToken)).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return false;
        }

        if (mention is not null && !line.Contains(mention, StringComparison.Ordinal))
            return false;
        using var process = Process.GetProcessById(pid);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using (var term = Process.Start("kill", ["-TERM", pid.ToString(CultureInfo.InvariantCulture)]))
            await term.WaitForExitAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
        }

        return true;
    }
}
