using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>What Python tasks ask about a machine as a whole: its facts, its power, its packages, its disks.</summary>
internal static class MachineCalls
{
    public static async Task<JsonNode?> ServeAsync(string call, Remote remote, JsonObject with, JobContext job, CancellationToken ct)
    {
        switch (call)
        {
            case "facts":
                return await FactsAsync(remote, ct);
            case "scratch_devices":
                return new JsonArray([.. (await remote.ScratchDevicesAsync(ct)).Select(device => (JsonNode)device)]);
            case "console":
                return await ConsoleAsync(remote.Console, with, ct);
            case "package":
                return await PackageAsync(remote, with.Text("package"), with.Text("action"), ct);
            default:
                await remote.RenewAsync();
                await remote.ConnectAsync(ct).WaitAsync(with.Seconds("timeout") ?? Timeout.InfiniteTimeSpan, job.Time, ct);
                return null;
        }
    }

    private static async Task<JsonNode> FactsAsync(Remote remote, CancellationToken ct)
    {
        var facts = await remote.Facts.GetAsync(ct);
        return new JsonObject
        {
            ["os"] = new JsonObject { ["name"] = facts.Os.Name, ["version"] = facts.Os.Version, ["codename"] = facts.Os.Codename, ["package_type"] = facts.Os.PackageType },
            ["arch"] = facts.Arch,
            ["init_system"] = facts.InitSystem,
            ["is_container"] = facts.IsContainer,
            ["is_vm"] = remote.Console is LibvirtConsole,
            ["host_key"] = remote.HostKey,
        };
    }

    private static async Task<JsonNode?> ConsoleAsync(IConsole console, JsonObject with, CancellationToken ct)
    {
        switch (with.Text("action"))
        {
            case "known":
                return console is not NoConsole;
            case "is_on":
                return await console.IsPowerAsync(on: true, ct);
            case "on" or "off":
                await console.SetPowerAsync(with.Text("action") == "on", ct);
                return null;
            case "cycle":
                await console.PowerCycleAsync(ct);
                return null;
            case "reset":
                await console.HardResetAsync(ct);
                return null;
            case "off_for":
                await console.PowerOffForAsync(with.Seconds("seconds") ?? TimeSpan.FromSeconds(30), ct);
                return null;
            default:
                return await ComesUpAsync(console, with.Seconds("seconds"), ct);
        }
    }

    private static async Task<JsonNode> ComesUpAsync(IConsole console, TimeSpan? limit, CancellationToken ct)
    {
        try
        {
            await console.WaitForLoginAsync(limit, ct);
            return true;
        }
        catch (ConsoleException)
        {
            return false; // that is the answer
        }
    }

    private static async Task<JsonNode?> PackageAsync(Remote remote, string package, string action, CancellationToken ct)
    {
        switch (action)
        {
            case "install":
                await remote.InstallPackageAsync(package, ct);
                return null;
            case "remove":
                await remote.RemovePackageAsync(package, ct);
                return null;
            case "version":
                return await remote.PackageVersionAsync(package, ct);
            case "name":
                return await remote.PackageNameAsync(package, ct);
            default:
                return await remote.ServiceNameAsync(package, ct);
        }
    }
}
