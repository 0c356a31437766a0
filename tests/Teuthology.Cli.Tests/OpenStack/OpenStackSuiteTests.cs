using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Teuthology.Cli.Tests;

/// <summary><c>openstack --suite</c> with servers that really boot.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OpenStackSuiteTests
{
    [SkippableFact]
    public async Task Suite_OfTwoJobs_RunsOnServersAndLeavesNothing()
    {
        await using var site = await CloudSite.OpenAsync(machines: 2);
        site.Cli.Write("tree/suites/small/cluster/two.yaml", "roles: [[a.0], [client.0]]\n");
        site.Cli.Write("tree/suites/small/%", "");
        site.Cli.Write("tree/suites/small/tasks/hello.yaml", "tasks:\n- exec: {client.0: ['echo hello from $(uname -n)']}\n");
        site.Cli.Write("tree/suites/small/tasks/volumes.yaml", "openstack:\n- volumes: {count: 1, size: 3}\ntasks:\n- exec: {a.0: ['true']}\n");

        var result = await site.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree", "--upload", "--archive-upload", Path.Combine(site.Cli.Directory, "uploaded"), "--run", "my-run", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["pass", "pass"], result.Lines.Select(line => (string)JsonNode.Parse(line)!["status"]!));
        Assert.Matches(@"(?m)^web interface: http://127\.0\.0\.1:\d+/$", result.Error);
        Assert.Contains("ssh access   : ssh -i ", result.Error, StringComparison.Ordinal);
        Assert.Contains("hello from openstack00", await File.ReadAllTextAsync(Path.Combine(site.Cli.Directory, "archive", "my-run", "1", "teuthology.log")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(site.Cli.Directory, "uploaded", "my-run", "2", "teuthology.log")));
        Assert.Equal(2, site.Cloud.Calls.Count(call => call.StartsWith("POST /volume/", StringComparison.Ordinal) && call.EndsWith("/volumes", StringComparison.Ordinal)));
        Assert.Empty(site.Cloud.Left);

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        var web = result.Error.Split('\n').First(line => line.StartsWith("web interface: ", StringComparison.Ordinal))["web interface: ".Length..];
        Assert.Contains("my-run", await http.GetStringAsync(web), StringComparison.Ordinal);

        var teardown = await site.RunAsync("openstack", "--teardown");
        Assert.True(teardown.ExitCode == 0, teardown.Error);
        Assert.Empty(site.Cloud.Left);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(web));
    }

    [SkippableFact]
    public async Task Suite_KilledWhileAJobRuns_LeavesNothingAfterGc()
    {
        await using var site = await CloudSite.OpenAsync(machines: 1);
        site.Cli.Write("tree/suites/small/long.yaml", "roles: [[a.0]]\nopenstack:\n- volumes: {count: 1, size: 3}\ntasks:\n- exec: {a.0: ['sleep 600']}\n");
        using var process = Process.Start(site.Start("openstack", "--suite", "small", "--suite-dir", "tree"))!;
        while (await process.StandardError.ReadLineAsync() is { } line && !line.EndsWith(" exec", StringComparison.Ordinal))
        {
        }

        process.Kill();
        await process.WaitForExitAsync();
        Assert.Contains(site.Cloud.Left, left => left.StartsWith("server ", StringComparison.Ordinal));
        Assert.Contains(site.Cloud.Left, left => left.StartsWith("volume ", StringComparison.Ordinal));

        var gc = await site.RunAsync("openstack", "gc");

        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.Contains("server teuthology-openstack001", gc.Output, StringComparison.Ordinal);
        Assert.Empty(site.Cloud.Left);
    }

    [SkippableFact]
    public async Task Suite_FailedJobThatKeepsItsMachines_LeavesThemUntilTheyAreUnlocked()
    {
        await using var site = await CloudSite.OpenAsync(machines: 1);
        site.Cli.Write("tree/suites/small/bad.yaml", "roles: [[a.0]]\nunlock_on_failure: false\nopenstack:\n- volumes: {count: 1, size: 3}\ntasks:\n- exec: {a.0: ['false']}\n");
        var result = await site.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree", "--owner", "jo@here");
        Assert.True(result.ExitCode == 1, result.Error);
        string[] kept = ["server teuthology-openstack001", "volume teuthology-openstack001-0"];

        var gc = await site.RunAsync("openstack", "gc", "--older-than", "0");
        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.All(kept, thing => Assert.Contains(site.Cloud.Left, left => left.StartsWith(thing, StringComparison.Ordinal)));
        var early = await site.RunAsync("openstack", "--teardown");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("`teuthology lock --unlock` what was kept", early.Error, StringComparison.Ordinal);

        var unlock = await site.RunAsync("lock", "--unlock", "--owner", "jo@here", "openstack001");
        Assert.True(unlock.ExitCode == 0, unlock.Error);
        var teardown = await site.RunAsync("openstack", "--teardown");
        Assert.True(teardown.ExitCode == 0, teardown.Error);
        Assert.Empty(site.Cloud.Left);
    }
}
