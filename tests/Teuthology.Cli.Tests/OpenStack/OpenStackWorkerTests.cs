using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli.Tests;

/// <summary><c>suite -m openstack</c> and a worker: jobs of the queue on servers that really boot.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OpenStackWorkerTests
{
    [SkippableFact]
    public async Task Worker_QueuedJobsOfTypeOpenstack_RunOnServersThatAreGoneAfterwards()
    {
        await using var site = await CloudSite.OpenAsync(machines: 1);
        site.Cli.Write("tree/suites/small/%", "");
        var sources = await SourcesAsync(site.Cli);
        site.Cli.Write("tree/suites/small/tasks/hello.yaml", $"""
            roles: [[client.0]]
            os_type: debian
            os_version: "12"
            widget_git_url: {sources}
            tasks:
            - buildpackages: {"{directory: " + Path.Combine(site.Cli.Directory, "packages") + "}"}
            - install: {"{project: widget}"}
            - exec: {"{client.0: ['echo hello from $(uname -n)', 'grep made /usr/share/widget']}"}
            """);
        site.Cli.Write("tree/suites/small/tasks/bad.yaml", "roles: [[client.0]]\nopenstack:\n- volumes: {count: 1, size: 3}\ntasks:\n- exec: {client.0: ['exit 3']}\n");
        var queued = await site.RunAsync("suite", "-s", "small", "-m", "openstack", "--suite-dir", "tree", "--seed", "1");
        Assert.True(queued.ExitCode == 0, queued.Error);
        Assert.Empty(site.Cloud.Left);

        var worker = await site.RunAsync("worker", "--tube", "openstack", "--exit-on-empty-queue");

        Assert.True(worker.ExitCode == 1, worker.Error);
        var results = await ResultsStore.OpenAsync(site.Cli.State, TimeProvider.System, default);
        var run = Assert.Single(await results.RunsAsync(new RunQuery(), default));
        Assert.Equal("openstack", run.MachineType);
        var jobs = (await results.JobsAsync(run.Name, default)).ToDictionary(job => job.Description!, StringComparer.Ordinal);
        Assert.Equal(("pass", "fail"), (jobs["small/{tasks/hello}"].Status, jobs["small/{tasks/bad}"].Status));
        var log = await File.ReadAllTextAsync(Path.Combine(jobs["small/{tasks/hello}"].ArchivePath!, "teuthology.log"));
        Assert.Contains("hello from openstack00", log, StringComparison.Ordinal);

        // A server to build on, as large as the cloud has, and one for each job.
        Assert.Contains("no machine to build on has 48000 MB, 40 GB, 16 CPUs (no flavour of the cloud has 48000 MB, 40 GB, 16 CPUs: the largest that is allowed is m1.xlarge", log, StringComparison.Ordinal);
        Assert.Equal(3, site.Cloud.Calls.Count(call => call.StartsWith("POST /compute/", StringComparison.Ordinal) && call.EndsWith("/servers", StringComparison.Ordinal)));
        Assert.DoesNotContain(site.Cloud.Left, left => !left.StartsWith("security group ", StringComparison.Ordinal));
        await using var queue = new StoreQueue(Path.Combine(site.Cli.State, "queue.db"), null, TimeProvider.System);
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    private static async Task<string> SourcesAsync(Cli cli) => (await GitRepository.MakeAsync(
        cli,
        "widget.git",
        ("debian/control", "Source: widget\nMaintainer: nobody <nobody@localhost>\nRules-Requires-Root: no\n\nPackage: widget\nArchitecture: all\nDescription: a file\n"),
        ("debian/changelog", "widget (0.1-1) unstable; urgency=medium\n\n  * First.\n\n -- nobody <nobody@localhost>  Mon, 01 Jan 2024 00:00:00 +0000\n"),
        ("debian/rules", "#!/usr/bin/make -f\nclean build build-arch build-indep:\n\ttrue\nbinary:\n\tmkdir -p debian/widget/DEBIAN debian/widget/usr/share\n\techo made > debian/widget/usr/share/widget\n"
            + "\tdpkg-gencontrol -pwidget -Pdebian/widget\n\tdpkg-deb --root-owner-group -b debian/widget ..\n"))).Path;
}
