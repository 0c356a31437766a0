using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>
/// Machines that a dispatcher of upstream's kind locked for a job and handed over in its <c>targets</c>: imaged before the job runs, unlocked when it is over,
/// taken out of use when they are never up.
/// </summary>
internal sealed class HandedMachines(YamlMap job, string run, string id, string archive, INodeDirectory nodes, IResultsDirectory results, WorkerLog log)
{
    // Upstream's words: other programs look for them.
    private const string NotImaged = "Error reimaging machines:";

    public required SiteConfig Site { get; init; }

    public required FreshMachines Machines { get; init; }

    private string? Owner => job.Get("owner") as string;

    /// <summary>Gives those a fresh system whose type has somebody who does; what they show then goes into the job's <c>targets</c>.</summary>
    /// <param name="file">The job's file, which gets them, too.</param>
    /// <param name="cancellationToken">Stops it; the machines are unlocked.</param>
    /// <returns>False when one is not up: the job is reported dead, and its machines are unlocked.</returns>
    public async Task<bool> ReimageAsync(string file, CancellationToken cancellationToken)
    {
        await ReportAsync(JobState.Waiting, null);
        var targets = (YamlMap)job.Get("targets")!;
        try
        {
            var fresh = await Task.WhenAll(targets.Keys.Select(key => key.ToString()!).Select(key => FreshAsync(key, cancellationToken)));
            foreach (var (key, hostKey) in fresh.Where(one => one.HostKey is not null))
                targets[key] = hostKey;
        }
        catch (Exception e) when (e is TeuthologyException or NodeRefusedException or OperationCanceledException)
        {
            log.Error($"Reimaging error. Unlocking machines... {e.Message}");
            await UnlockAsync();
            await ReportAsync(JobState.Dead, $"{NotImaged} {e.Message}");
            if (e is not OperationCanceledException)
                await TakeOutAsync(targets);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }

        await File.WriteAllTextAsync(file, YamlDumper.Dump(job), cancellationToken);
        await ReportAsync(JobState.Running, null);
        return true;
    }

    /// <summary>Unlocks what is still locked for the job, unless it has <c>unlock_on_failure: false</c>.</summary>
    public async Task UnlockAsync()
    {
        if (job.Get("unlock_on_failure") is false || job.Get("targets") is not YamlMap targets)
            return;
        foreach (var name in targets.Keys.Select(key => Target.FullName(key.ToString()!, Site)))
        {
            try
            {
                if (await nodes.FindAsync(name, CancellationToken.None) is not { Locked: true } node)
                    continue;
                if (node.Description != archive)
                {
                    log.Info($"Was going to unlock {name} but it was locked by another job: {node.Description}");
                    continue;
                }

                await nodes.UnlockAsync(name, node.LockedBy ?? Owner ?? "", archive, CancellationToken.None);
                log.Info($"unlocked {name}");
            }
            catch (Exception e) when (e is NodeRefusedException or TeuthologyException)
            {
                log.Error($"failed to unlock {name}. reason: {e.Message}");
            }
        }
    }

    private async Task<(string Key, string? HostKey)> FreshAsync(string key, CancellationToken cancellationToken)
    {
        var name = Target.FullName(key, Site);
        var node = await nodes.FindAsync(name, cancellationToken) ?? throw new TeuthologyException(FailureKind.Infrastructure, $"{nodes.Place} does not know {name}");
        if (Machines.ProvisionerOf(node) is null)
        {
            log.Info($"Skipping reimage of {name} because nobody images machines of type {node.MachineType}");
            return (key, null);
        }

        // A machine that became somebody else's is not wiped.
        if (!node.Locked || node.Description != archive)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{name} is not locked for this job");
        log.Info($"Start node '{name}' reimaging");
        var order = new MachineOrder(node.Name)
        {
            OsType = FreshMachines.IsEmbedded(node) ? null : TextOf("os_type"),
            OsVersion = FreshMachines.IsEmbedded(node) ? null : TextOf("os_version"),
            Arch = node.Arch,
            Owner = node.LockedBy,
            Fence = node.Fence,
        };
        return (key, (await Machines.ImageAsync(nodes, node, order, new WorkerProgress(log), cancellationToken)).HostKey);
    }

    // As upstream: one that failed so many jobs in a row fails the next one, too.
    private async Task TakeOutAsync(YamlMap targets)
    {
        var most = (int)SiteNumber.Whole(Site, "reimage_failures", 0, 1000, 10);
        if (most == 0)
            return;
        foreach (var name in targets.Keys.Select(key => Target.FullName(key.ToString()!, Site)))
        {
            var last = await results.JobsOfNodeAsync(name, most, CancellationToken.None);
            if (last.Count < most || last.Any(known => known.FailureReason?.Contains(NotImaged, StringComparison.Ordinal) != true))
                continue;
            var reason = string.Create(CultureInfo.InvariantCulture, $"reimage failed {most} times");
            log.Error($"{reason} ... marking {name} down");
            await nodes.UpdateAsync(name, new NodeUpdate { Up = false, Description = new Change<string?>(reason), DownReason = new Change<string?>(reason) }, CancellationToken.None);
        }
    }

    private string? TextOf(string key) => Convert.ToString(job.Get(key), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;

    private async Task ReportAsync(string status, string? reason)
    {
        var told = new JsonObject { ["name"] = run, ["job_id"] = id, ["status"] = status, ["targets"] = YamlJson.Convert((YamlMap)job.Get("targets")!), ["machine_type"] = job.Get("machine_type") as string };
        if (reason is not null)
            told["failure_reason"] = reason;
        try
        {
            await results.SaveJobAsync(run, id, told, CancellationToken.None);
        }
        catch (TeuthologyException e)
        {
            log.Error($"{run}/{id} could not be reported: {e.Message}");
        }
    }
}
