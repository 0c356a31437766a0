using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Packages from builders: a real apt repository, served in the layouts of gitbuilder and shaman to real machines.</summary>
public sealed class BuilderTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    private const int Port = 8047;

    [SkippableFact]
    public async Task Install_FromGitbuilder_TakesEachMachinesBuildAndUpgradesIt()
    {
        var result = await RunAsync("""
            roles: [[a.0], [b.0, client.0]]
            gitbuilder_host: BUILDER
            overrides: {install: {widget: {extra_packages: [widget-extra]}}}
            tasks:
            - install:
                project: widget
                branch: main
                b.0: {tag: v0.9}
                packages: {deb: [widget, widget-doc, widget-dbg]}
                exclude_packages: {deb: [widget-doc]}
                cleanup: true
            - exec:
                a.0: ['test "$(cat /usr/share/widget)" = 1.0-1', test -e /usr/share/widget-extra, '! test -e /usr/share/widget-doc', '! test -e /usr/share/widget-dbg']
                client.0: ['test "$(cat /usr/share/widget)" = 0.9-1']
            - install.upgrade:
                project: widget
                b.0: {sha1: 0123456789abcdef}
            - exec:
                a.0: ['test "$(cat /usr/share/widget)" = 1.0-1']
                b.0: ['test "$(cat /usr/share/widget)" = 2.0-1', 'test "$(cat /usr/share/widget-extra)" = 2.0-1']
            """);
        result.ShouldPass();
        var log = result.Log();
        Assert.Contains("/widget-deb-bookworm-x86_64-default/ref/v0.9 has widget 0.9-1", log);
        Assert.Contains("widget deb upgrade from 0.9-1 to 2.0-1", log);
        Assert.Contains("Removing widget (2.0-1)", log);
    }

    [SkippableFact]
    public async Task Upgrade_ToALowerVersion_IsRefusedBeforeAnythingChanges()
    {
        var result = await RunAsync("""
            roles: [[a.0]]
            gitbuilder_host: BUILDER
            tasks:
            - install: {project: widget, sha1: 0123456789abcdef}
            - full_sequential_finally:
              - exec: {a.0: ['cat /usr/share/widget']}
            - install.upgrade: {project: widget, all: {branch: main}}
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.StartsWith("An attempt to upgrade from a higher version to a lower one will always fail.", result.FailureReason);
        Assert.Contains("has 2.0-1, asked for 1.0-1", result.FailureReason);
        Assert.Matches(@"stdout:2\.0-1\n", result.Log());
    }

    [SkippableFact]
    public async Task Install_FromShaman_SearchesForTheMachinesSystem()
    {
        var result = await RunAsync("""
            roles: [[a.0]]
            shaman: {endpoint: 'http://BUILDER/api'}
            tasks:
            - install: {project: widget, branch: wip, flavor: crimson}
            - exec: {a.0: ['test "$(cat /usr/share/widget)" = 2.0-1']}
            """);
        result.ShouldPass();
        Assert.Equal("crimson", result.Summary()["flavor"]);
    }

    [SkippableFact]
    public async Task Install_BuildThatIsNotThere_NamesItsAddress()
    {
        var result = await RunAsync("""
            roles: [[a.0]]
            gitbuilder_host: BUILDER
            tasks:
            - install: {project: widget, branch: gone}
            """);
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("Failed to fetch package version from http://10.99.0.1:", result.FailureReason);
        Assert.Contains("/widget-deb-bookworm-x86_64-default/ref/gone/version", result.FailureReason);
    }

    private async Task<JobResult> RunAsync(string yaml)
    {
        const string gitbuilder = "/widget-deb-bookworm-x86_64-default";
        var files = new DebRepository();
        foreach (var (path, version) in new[] { ("/ref/main", "1.0-1"), ("/ref/v0.9", "0.9-1"), ("/sha1/0123456789abcdef", "2.0-1") })
        {
            files.Add($"{gitbuilder}{path}/version", $"v{version}\n");
            await files.AddAsync(gitbuilder + path, version, "widget", "widget-extra", "widget-doc");
        }

        await files.AddAsync("/r/widget", "2.0-1", "widget");
        var address = $"10.99.0.1:{Port}";
        files.Add("/r/repo", $"deb [trusted=yes] http://{address}/r/widget bookworm main\n");
        files.Add("/api/search?status=ready&project=widget&flavor=crimson&distros=debian/12/x86_64&ref=wip", $$"""
            [{"url": "http://{{address}}/r/widget", "chacra_url": "http://{{address}}/r/", "sha1": "abc", "extra": {"package_manager_version": "2.0-1", "version": "2.0"} }]
            """);
        return await host.RunAsync(yaml.Replace("BUILDER", address), "10.99.0.1", Port, files.Get);
    }
}
