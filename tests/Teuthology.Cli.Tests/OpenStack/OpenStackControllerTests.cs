using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Testing.OpenStack;

namespace Teuthology.Cli.Tests;

/// <summary><c>openstack --setup</c>: a controller in the cloud that runs suites on further servers, all of which really boot.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OpenStackControllerTests
{
    [SkippableFact]
    public async Task SetUp_SuiteOfTheRepository_RunsOnTheControllerAndLeavesNothing()
    {
        await using var site = await CloudSite.AtHubAsync(machines: 3);
        var overlay = site.Cli.Write("more.yaml", "note: from the user\n");
        var result = await site.RunAsync(
            "openstack", "--setup", "--wait", "--suite", "dummy", "--suite-dir", SuitesOfTheRepository(), "--filter", "exec", "--run", "my-run", "--json",
            "--upload", "--archive-upload", "/tmp/uploaded", "--test-repo", "foo!3:http://example.com/foo", overlay);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["pass", "pass"], result.Lines.Select(line => (string)JsonNode.Parse(line)!["status"]!));
        var server = Assert.Single(site.Cloud.Servers.All);
        Assert.Equal("teuth-teuthology", (string)server["name"]!);
        var address = (string)server["addresses"]!["lab"]![0]!["addr"]!;
        Assert.Contains($"web interface: http://{address}:8081/\n", result.Error, StringComparison.Ordinal);
        using var http = HubSocket.Client(site.Network!);
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        Assert.Contains("my-run", await http.GetStringAsync($"http://{address}:8081/"), StringComparison.Ordinal);

        var (status, said) = await OnControllerAsync(
            site, result.Error, "cat /tmp/uploaded/my-run/2/teuthology.log teuthology/archive/my-run/1/orig.config.yaml; stat -c %a teuthology/clouds.yaml teuthology/site.yaml");
        Assert.True(status == 0, said);
        Assert.Contains("hello from openstack00", said, StringComparison.Ordinal);
        Assert.Contains("priority: 3", said, StringComparison.Ordinal);
        Assert.Contains("note: from the user", said, StringComparison.Ordinal);
        Assert.EndsWith("600\n600\n", said, StringComparison.Ordinal);

        // What is there is used again, and a suite goes to it.
        var again = await site.RunAsync("openstack", "--wait", "--suite", "dummy", "--suite-dir", SuitesOfTheRepository(), "--filter", "one/nop,one tasks/nop", "--run", "second", "--json");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Single(again.Lines);
        Assert.DoesNotContain("copying", again.Error, StringComparison.Ordinal);
        Assert.Equal((string)server["id"]!, (string)Assert.Single(site.Cloud.Servers.All)["id"]!);

        var gc = await site.RunAsync("openstack", "gc", "--older-than", "0");
        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.Single(site.Cloud.Servers.All);
        var teardown = await site.RunAsync("openstack", "--teardown");
        Assert.True(teardown.ExitCode == 0, teardown.Error);
        Assert.Empty(site.Cloud.Left);
    }

    [SkippableFact]
    public async Task SetUp_KilledWhileItCopies_IsMadeAnewAndItsRunOutlivesWhoWaits()
    {
        await using var site = await CloudSite.AtHubAsync(machines: 2);
        await KillAtAsync(site, "copying ", "openstack", "--setup");
        var half = (string)Assert.Single(site.Cloud.Servers.All)["id"]!;

        var setup = await site.RunAsync("openstack", "--setup");

        Assert.True(setup.ExitCode == 0, setup.Error);
        Assert.Contains("teuth-teuthology is half made", setup.Error, StringComparison.Ordinal);
        Assert.NotEqual(half, (string)Assert.Single(site.Cloud.Servers.All)["id"]!);

        await KillAtAsync(site, "run lonely on teuth-teuthology", "openstack", "--wait", "--suite", "dummy", "--suite-dir", SuitesOfTheRepository(), "--filter", "one tasks/exec", "--run", "lonely");
        var (status, said) = await OnControllerAsync(site, setup.Error, "for i in $(seq 3000); do [ ! -e teuthology/runs/lonely/exit ] || break; sleep 0.1; done; cat teuthology/runs/lonely/log teuthology/runs/lonely/exit");
        Assert.True(status == 0, said);
        Assert.EndsWith("\n0\n", said, StringComparison.Ordinal);

        var teardown = await site.RunAsync("openstack", "--teardown");
        Assert.True(teardown.ExitCode == 0, teardown.Error);
        Assert.Empty(site.Cloud.Left);
    }

    // By SIGKILL, as soon as it says something
    private static async Task KillAtAsync(CloudSite site, string text, params string[] arguments)
    {
        using var process = Process.Start(site.Start(arguments))!;
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
                break;
        }

        Assert.True(said.Count > 0 && said[^1].Contains(text, StringComparison.Ordinal), string.Join('\n', said));
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static Task<(int Status, string Output)> OnControllerAsync(CloudSite site, string told, string command)
    {
        var line = told.Split('\n').First(l => l.StartsWith("ssh access   : ssh -i ", StringComparison.Ordinal))["ssh access   : ".Length..].Split(" #")[0];
        return ShellAsync(site, $"{line} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null '{command}'");
    }

    private static string SuitesOfTheRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (Directory.Exists(Path.Combine(directory.FullName, "suites", "dummy")))
                return Path.Combine(directory.FullName, "suites");
        }

        throw new DirectoryNotFoundException("the repository's suites are not above the tests");
    }

    private static async Task<(int Status, string Output)> ShellAsync(CloudSite site, string script)
    {
        using var process = Process.Start(new ProcessStartInfo("nsenter", [$"--net={site.Network}", "sh", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : await errors);
    }
}
