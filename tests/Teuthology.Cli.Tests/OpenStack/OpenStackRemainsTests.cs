using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.OpenStack;
using Teuthology.Testing.OpenStack;

namespace Teuthology.Cli.Tests;

/// <summary><c>openstack gc</c> of what other hosts left, and of what is killed between two jobs or in the middle of an upload.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OpenStackRemainsTests
{
    // Neither this host's boot nor its container.
    private static readonly ControllerProcess Elsewhere = new("11111111-2222-3333-4444-555555555555", "pid:[1]", 1, 1);

    [Fact]
    public async Task Gc_OfWhatAnotherHostMade_GoesByTheLeaseInTheCloudAlone()
    {
        await using var site = await CloudSite.OnPaperAsync();
        var (over, holds) = (DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddDays(1));
        Fill(site.Cloud, "over", over);
        Fill(site.Cloud, "holds", holds);

        var dry = await site.RunAsync("openstack", "gc", "--dry-run", "--json");
        Assert.True(dry.ExitCode == 0, dry.Error);
        Assert.Equal(3, dry.Lines.Count);
        Assert.All(dry.Lines, line => Assert.Equal($"its lease ended at {RunStamp.LeaseText(over)}", (string)JsonNode.Parse(line)!["reason"]!));
        Assert.Equal(6, site.Cloud.Left.Count);

        var gc = await site.RunAsync("openstack", "gc");

        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.Equal(["key pair teuth-over", "server over-1", "volume over-1-0"], gc.Lines.Select(line => line.Split(" (")[0]).Order());
        Assert.Equal(["keypair teuth-holds", "server holds-1", "volume holds-1-0"], site.Cloud.Left.Order());
        site.Cloud.KeyPairs.Remove("teuth-holds");
    }

    [Fact]
    public async Task Suite_KilledDuringAnUpload_LeavesNoImageAfterGc()
    {
        await using var site = await CloudSite.OnPaperAsync();
        var disk = site.Cli.Write("disk.raw", new string('x', 1_000_000));
        site.Cli.Write("tree/suites/small/job.yaml", "roles: [[a.0]]\nos_type: debian\nos_version: '11'\ntasks:\n- exec: {a.0: ['true']}\n");
        site.Cli.Write("site.yaml", $"openstack:\n  images: {{debian-11: {{url: '{disk}', format: raw}}}}\n  machine: {{ram: 512, disk: 1, cpus: 1}}\n");
        var gate = site.Cloud.Hold("PUT", "/file", after: false);
        using var process = Process.Start(site.Start("openstack", "--suite", "small", "--suite-dir", "tree"))!;
        var said = process.StandardError.ReadToEndAsync();
        var first = await Task.WhenAny(gate.Reached, process.WaitForExitAsync());
        Assert.True(first == gate.Reached, first == gate.Reached ? "" : await said);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.Equal(["image teuthology-debian-11-x86_64"], site.Cloud.Left);

        var gc = await site.RunAsync("openstack", "gc");

        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.Contains("image teuthology-debian-11-x86_64", gc.Output, StringComparison.Ordinal);
        Assert.Empty(site.Cloud.Left);
    }

    [SkippableFact]
    public async Task Suite_KilledWhileAServerIsIdle_LeavesNothingAfterGc()
    {
        await using var site = await CloudSite.OpenAsync(machines: 2);
        site.Cli.Write("tree/suites/small/a.yaml", "roles: [[a.0], [b.0]]\ntasks:\n- exec: {a.0: ['true']}\n");
        site.Cli.Write("tree/suites/small/b.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['sleep 600']}\n");
        using var process = Process.Start(site.Start("openstack", "--suite", "small", "--suite-dir", "tree"))!;
        var jobs = 0;
        while (jobs < 2 && await process.StandardError.ReadLineAsync() is { } line)
            jobs += line.EndsWith(" exec", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(2, jobs);
        Assert.Equal(["idle", "job"], site.Cloud.Servers.All.Select(server => (string)server["metadata"]!["teuthology-use"]!).Order());
        Assert.Equal(2, site.Cloud.Calls.Count(call => call == "POST /compute/v2.1/servers"));

        process.Kill();
        await process.WaitForExitAsync();
        var gc = await site.RunAsync("openstack", "gc");

        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.Empty(site.Cloud.Left);
    }

    private static void Fill(LabCloud cloud, string name, DateTimeOffset lease)
    {
        var stamp = new RunStamp { Run = $"run-{name}", Job = "1", Owner = "jo@elsewhere", Process = Elsewhere, Lease = lease };
        var marks = new Dictionary<string, string>(stamp.Metadata(), StringComparer.Ordinal) { ["teuthology-machine"] = "openstack001", ["teuthology-lab"] = "0123456789ab" };
        JsonObject Metadata() => new(marks.Select(mark => KeyValuePair.Create(mark.Key, (JsonNode?)mark.Value)));
        cloud.Servers.Add($"server-{name}", new JsonObject
        {
            ["name"] = $"{name}-1", ["status"] = "ACTIVE", ["metadata"] = Metadata(), ["addresses"] = new JsonObject(), ["tags"] = new JsonArray("teuthology"), ["security_groups"] = new JsonArray(),
            ["flavor"] = new JsonObject { ["vcpus"] = 1, ["ram"] = 512 },
        });
        cloud.Volumes.Add($"volume-{name}", new JsonObject { ["name"] = $"{name}-1-0", ["status"] = "available", ["size"] = 1, ["attachments"] = new JsonArray(), ["metadata"] = Metadata() });
        cloud.KeyPairs.Add($"teuth-{name}", new JsonObject { ["id"] = $"teuth-{name}", ["name"] = $"teuth-{name}", ["public_key"] = $"ssh-ed25519 AAAA {stamp.Description("servers")}", ["fingerprint"] = "aa:bb" });
    }
}
