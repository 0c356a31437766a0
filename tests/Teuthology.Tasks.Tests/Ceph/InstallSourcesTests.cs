using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Where <c>install</c> takes packages from besides gitbuilder and shaman, on real machines.</summary>
public sealed class InstallSourcesTests(BuilderHost host) : IClassFixture<BuilderHost>
{
    private const string Address = "10.99.0.1:8048";

    [SkippableFact]
    public async Task Install_FromPulp_AsksWithTheAccountAndTakesTheNewest()
    {
        var files = new DebRepository();
        await files.AddAsync("/pulp/content/widget/x86_64", "default/all", "2.0-1", ["widget"]);
        files.Add("/pulp/api/v3/distributions/deb/apt?pulp_label_select=project=widget,flavors=default,distro=debian,distro_version=12,arch=x86_64,branch=wip", """
            {"results": [
              {"name": "old", "pulp_created": "2026-01-01", "base_url": "/pulp/content/old/x86_64/", "pulp_labels": {"version": "1.0-1", "sha1": "a"} },
              {"name": "new", "pulp_created": "2026-02-01", "base_url": "/pulp/content/widget/x86_64/", "pulp_labels": {"version": "2.0-1", "sha1": "b"} } ]}
            """);
        var result = await RunAsync(
            """
            roles: [[a.0]]
            pulp: {endpoint: 'http://BUILDER/pulp/api/v3', username: me, password: hush}
            tasks:
            - install: {project: widget, branch: wip, sha1: unused}
            - exec: {a.0: ['test "$(cat /usr/share/widget)" = 2.0-1', 'grep "deb .trusted=yes. http://BUILDER/pulp/content/widget/x86_64/   default all" /etc/apt/sources.list.d/widget.list']}
            """,
            files,
            ("/pulp/api/", "Basic bWU6aHVzaA=="));
        result.ShouldPass();
        Assert.Contains("More than one of ref, tag, branch, or sha1 supplied; using branch", result.Log());
        Assert.DoesNotContain("bWU6aHVzaA", result.Log());
    }

    [SkippableFact]
    public async Task Install_FromReposOfTheJob_PrefersThemAndRemovesThem()
    {
        var files = new DebRepository();
        await files.AddAsync("/low", "3.0-1", "widget");
        await files.AddAsync("/high", "1.0-1", "widget", "widget-extra");
        var result = await RunAsync(
            """
            roles: [[a.0]]
            tasks:
            - sequential:
              - install: {project: widget, branch: unused, cleanup: true, repos: [{name: low, url: 'http://BUILDER/low bookworm main'}, {name: high, url: 'http://BUILDER/high', priority: 1}]}
              - exec: {a.0: ['test "$(cat /usr/share/widget)" = 3.0-1']}
            - exec: {a.0: ['! test -e /usr/share/widget', '! test -e /etc/apt/sources.list.d/high.list', '! test -e /etc/apt/preferences.d/high']}
            - install: {project: widget, repos_only: true, repos: [{name: high, url: 'http://BUILDER/high', priority: 1}]}
            - exec: {a.0: ['! test -e /usr/share/widget', 'apt-cache policy widget | grep "999 http"']}
            """,
            files);
        result.ShouldPass();
        Assert.Contains("repos_only was specified: not installing any packages", result.Log());
    }

    [SkippableFact]
    public async Task Install_WithPackagesOfThisHost_PutsThemOverTheBuildsAndTakesThemAway()
    {
        var local = Directory.CreateDirectory(Path.Combine(host.Root, "debs")).FullName;
        var own = new DebRepository();
        await own.AddAsync("/x", "1.1-local", "widget");
        await File.WriteAllBytesAsync($"{local}/widget.deb", own.Get("/x/pool/widget.deb")!);
        var files = new DebRepository();
        files.Add("/widget-deb-bookworm-x86_64-local/ref/main/version", "1.0-1\n");
        await files.AddAsync("/widget-deb-bookworm-x86_64-local/ref/main", "1.0-1", "widget");
        var result = await RunAsync(
            $$"""
            roles: [[a.0]]
            gitbuilder_host: BUILDER
            tasks:
            - sequential:
              - install: {project: widget, path: true, local: {{local}} }
              - exec: {a.0: ['test "$(cat /usr/share/widget)" = 1.1-local', 'test -e {{local}}/widget.deb']}
            - exec: {a.0: ['! test -e {{local}}']}
            """,
            files);
        result.ShouldPass();
        Assert.Equal("local", result.Summary()["flavor"]);
    }

    [SkippableFact]
    public async Task Install_PackageListAndSuppressionsOfTheSuite_AreUsedOncePerJob()
    {
        var qa = Path.Combine(host.Root, "qa");
        Directory.CreateDirectory($"{qa}/packages");
        await File.WriteAllTextAsync($"{qa}/packages/packages.yaml", "widget: {deb: [widget, widget-doc, widget-dbg]}\n");
        await File.WriteAllTextAsync($"{qa}/valgrind.supp", "{ quiet }\n");
        var files = new DebRepository();
        await files.AddAsync("/w", "1.0-1", "widget", "widget-doc", "widget-dbg");
        var result = await RunAsync(
            $$"""
            roles: [[a.0]]
            suite_path: {{qa}}
            tasks:
            - install: {project: widget, repos: [{name: w, url: 'http://BUILDER/w'}]}
            - sequential:
              - install: {project: widget, valgrind: true, debuginfo: true, repos: [{name: w, url: 'http://BUILDER/w'}]}
              - exec: {a.0: [test -e /usr/share/widget-dbg]}
            - exec: {a.0: [test -e /usr/share/widget-doc, 'grep quiet $TESTDIR/valgrind.supp', 'echo x | stdin-killer grep -q x', daemon-helper kill nostdin true, adjust-ulimits true]}
            """,
            files);
        result.ShouldPass();
        Assert.Equal("notcmalloc", result.Summary()["flavor"]);
        Assert.Contains("Utilities already shipped, skip it...", result.Log());
    }

    [SkippableFact]
    public async Task Install_WhileAnotherHoldsTheLock_WaitsAndTellsWho()
    {
        var files = new DebRepository();
        await files.AddAsync("/w", "1.0-1", "widget");
        // Lets go when apt has been refused and its caller waits.
        const string holder = """
            import fcntl, glob, time
            def waits(path):
                try:
                    return open(path).read() == "sleep\x0010\x00"
                except OSError:
                    return False
            lock = open("/var/lib/dpkg/lock-frontend", "w")
            fcntl.lockf(lock, fcntl.LOCK_EX)
            open("/tmp/held", "w")
            while not any(waits(path) for path in glob.glob("/proc/[0-9]*/cmdline")):
                time.sleep(0.1)

            """;
        var result = await RunAsync(
            $$"""
            roles: [[a.0]]
            tasks:
            - exec: {a.0: ['echo {{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(holder))}} | base64 -d >/tmp/holder.py']}
            - background_exec: {a.0: [python3 /tmp/holder.py]}
            - exec: {a.0: ['until test -e /tmp/held; do sleep 0.1; done']}
            - install: {project: widget, repos: [{name: w, url: 'http://BUILDER/w'}]}
            """,
            files);
        result.ShouldPass();
        Assert.Contains("lock-frontend is held by:", result.Log());
        Assert.Contains("python3 /tmp/holder.py", result.Log());
    }

    [SkippableFact]
    public async Task Install_ProductOfAFile_ChecksItsVersionAndRemovesIt()
    {
        await File.WriteAllTextAsync(Path.Combine(host.Root, "5.0.yaml"), "versions: {supported: ['5.0'], deb: {mapped: {'5.0': '16.2'}}}\npkgs: {deb: [ceph-common]}\n");
        await File.WriteAllTextAsync(Path.Combine(host.Root, "4.0.yaml"), "versions: {supported: ['4.0'], deb: {mapped: {'4.0': '14.2'}}}\npkgs: {deb: [ceph-common]}\n");
        var result = await RunAsync(
            $$"""
            roles: [[a.0]]
            ds_yaml_dir: {{host.Root}}
            tasks:
            - sequential:
              - install: {rhbuild: '5.0', extra_packages: [jq]}
              - exec: {a.0: [ceph --version]}
            - exec: {a.0: ['! command -v ceph', command -v jq]}
            - install: {rhbuild: '4.0'}
            """,
            new DebRepository());
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("Version check failed on node n1: ceph-common is 16.2", result.FailureReason);
    }

    private Task<JobResult> RunAsync(string yaml, DebRepository files, (string Path, string Authorization)? guarded = null) =>
        host.RunAsync(yaml.Replace("BUILDER", Address), "10.99.0.1", 8048, files.Get, guarded);
}
