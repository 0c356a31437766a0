using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Server.Tests;
using Teuthology.Yaml;

namespace Teuthology.Cli.Tests;

/// <summary><c>teuthology suite -s</c>: what is queued, what is refused, and that git is asked only where it has to be.</summary>
public sealed class SuiteScheduleTests : IDisposable
{
    private readonly Cli _cli = new();

    public SuiteScheduleTests()
    {
        _cli.Write("tree/suites/tiny/%", "");
        _cli.Write("tree/suites/tiny/a/one.yaml", "roles: [[client.0]]\n");
        _cli.Write("tree/suites/tiny/a/two.yaml", "roles: [[client.0], [client.1]]\n");
        _cli.Write("tree/suites/tiny/tasks/print.yaml", "tasks: [print: hello]\n");
        _cli.Write("tree/suites/tiny/tasks/nop.yaml", "tasks: [nop: null]\n");
        _cli.Environment["HOME"] = _cli.Directory;
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Suite_OfADirectory_IsQueuedBetweenItsFirstAndLastJob()
    {
        var result = await _cli.RunAsync("suite", "-s", "tiny", "--suite-dir", "tree", "--seed", "7", "-e", "me@example.com", "--timeout", "90");

        Assert.Equal(0, result.ExitCode);
        var queue = await QueueAsync();
        Assert.Equal(6, queue.Count);
        Assert.Equal((true, "7"), (queue[0].Get("first_in_suite"), queue[0].Get("seed")));
        Assert.Equal((true, "me@example.com", "90"), (queue[^1].Get("last_in_suite"), queue[^1].Get("email"), queue[^1].Get("results_timeout")));
        Assert.Equal(
            ["tiny/{a/one tasks/nop}", "tiny/{a/one tasks/print}", "tiny/{a/two tasks/nop}", "tiny/{a/two tasks/print}"],
            queue.Skip(1).SkipLast(1).Select(job => (string)job.Get("description")!).Order(StringComparer.Ordinal));
        Assert.All(queue.Skip(1).SkipLast(1), job => Assert.Equal((Path.Combine(_cli.Directory, "tree/suites"), "embedded", null), (job.Get("suite_path"), job.Get("tube"), job.Get("suite_repo"))));
        Assert.Contains("Suite tiny in", result.Error);
        Assert.Contains("0/4 jobs were filtered out.\nScheduled 4 jobs in total.\n", result.Error);

        var runs = await (await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default)).RunsAsync(new RunQuery(), default);
        Assert.Equal(("queued", 4, "tiny"), (runs.Single().Status, runs.Single().JobsCount, runs.Single().Suite));
    }

    [Theory]
    [InlineData("Unable to schedule 4 jobs with priority 10.", "-p", "10")]
    [InlineData("Unable to schedule 4 jobs, too many jobs, when maximum 3 jobs allowed.", "--job-threshold", "3")]
    public async Task Suite_TooManyJobs_QueuesNothing(string message, params string[] arguments)
    {
        var result = await _cli.RunAsync(["suite", "-s", "tiny", "--suite-dir", "tree", .. arguments]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"failed: {message}", result.Error);
        Assert.Empty(await QueueAsync());
    }

    [Theory]
    [InlineData("-p", "10", "--force-priority")]
    [InlineData("--job-threshold", "4")]
    [InlineData("--filter", "a/one", "-N", "2")]
    public async Task Suite_AllowedNumber_QueuesFourJobs(params string[] arguments)
    {
        var result = await _cli.RunAsync(["suite", "-s", "tiny", "--suite-dir", "tree", "--json", .. arguments]);

        Assert.Equal(4, JsonNode.Parse(result.Output)!["jobs"]!.AsArray().Count);
        Assert.Equal(6, (await QueueAsync()).Count);
    }

    [Fact]
    public async Task Suite_Rerun_QueuesWhatFailedWithItsSeedAndSubset()
    {
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        foreach (var (id, status, description) in new[] { ("1", "pass", "tiny/{a/one tasks/nop}"), ("2", "fail", "tiny/{a/one tasks/print}"), ("3", "dead", "tiny/{a/two tasks/nop}") })
            await store.SaveJobAsync("old", id, new JsonObject { ["status"] = status, ["description"] = description, ["suite"] = "tiny", ["seed"] = 42, ["subset"] = "0/1" }, default);

        var result = await _cli.RunAsync("suite", "-r", "old", "--suite-dir", "tree", "--json");
        var other = await _cli.RunAsync("suite", "-r", "old", "--suite-dir", "tree", "--seed", "41");

        Assert.Equal(["tiny/{a/one tasks/print}", "tiny/{a/two tasks/nop}"], JsonNode.Parse(result.Output)!["jobs"]!.AsArray().Select(job => (string)job!["description"]!).Order(StringComparer.Ordinal));
        Assert.Equal((1, "teuthology: --seed 41 does not match with rerun seed: 42\n"), (other.ExitCode, other.Error));
        Assert.Equal("0/1", (await QueueAsync())[0].Get("subset"));
    }

    [Fact]
    public async Task Suite_RerunWithoutSuchJobs_QueuesNothing()
    {
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await store.SaveJobAsync("old", "1", new JsonObject { ["status"] = "pass", ["description"] = "tiny/{a/one tasks/nop}", ["suite"] = "tiny" }, default);

        var result = await _cli.RunAsync("suite", "-r", "old", "--suite-dir", "tree");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("No jobs matched the status filters: fail,dead", result.Error);
        Assert.Empty(await QueueAsync());
    }

    [Fact]
    public async Task Suite_FromRepositories_TakesBranchesAndCommitsByGit()
    {
        var suites = await GitRepository.MakeAsync(_cli, "suites.git", ("qa/suites/tiny/x.yaml", "tasks: [print: one]\n"));
        var ceph = await GitRepository.MakeAsync(_cli, "ceph.git", ("README", "one"));
        var wip = await ceph.CommitAsync("wip", ("README", "two"));
        _cli.Write(".teuthology.yaml", $"ceph_git_url: {ceph.Path}\nceph_qa_suite_git_url: {suites.Path}\nsrc_base_path: {_cli.Directory}/src\ndefault_machine_type: rack\n");

        var result = await _cli.RunAsync("suite", "-s", "tiny", "-c", "wip");

        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        var job = (await QueueAsync())[1];
        Assert.Equal((wip, "wip", suites.Head, "main", suites.Path, "rack"), (job.Get("sha1"), job.Get("branch"), job.Get("suite_sha1"), job.Get("suite_branch"), job.Get("suite_repo"), job.Get("machine_type")));
        Assert.Null(job.Get("suite_path"));
        Assert.Contains($"ceph sha1: {wip}\nbranch wip not in suites; will use main for the suites\nsuites branch: main {suites.Head}\n", result.Error);
    }

    [Theory]
    [InlineData("Branch 'nothere' not found in repo: ceph.git!", "-c", "nothere")]
    [InlineData("'0123456789012345678901234567890123456789' not found in repo: ceph.git!", "-S", "0123456789012345678901234567890123456789")]
    [InlineData("Branch 'nothere' not found in repo: suites.git!", "--suite-branch", "nothere")]
    public async Task Suite_BranchOrCommitMissing_QueuesNothing(string message, params string[] arguments)
    {
        var suites = await GitRepository.MakeAsync(_cli, "suites.git", ("qa/suites/tiny/x.yaml", "tasks: [print: one]\n"));
        var ceph = await GitRepository.MakeAsync(_cli, "ceph.git", ("README", "one"));
        _cli.Write(".teuthology.yaml", $"ceph_git_url: {ceph.Path}\nceph_qa_suite_git_url: {suites.Path}\nsrc_base_path: {_cli.Directory}/src\n");

        var result = await _cli.RunAsync(["suite", "-s", "tiny", .. arguments]);

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith($"failed: {message}\n", result.Error);
        Assert.Empty(await QueueAsync());
    }

    [Fact]
    public async Task Suite_Newest_GoesBackToACommitWithPackages()
    {
        var ceph = await GitRepository.MakeAsync(_cli, "ceph.git", ("README", "one"));
        var built = ceph.Head;
        await ceph.CommitAsync("main", ("README", "two"));
        var newest = await ceph.CommitAsync("main", ("README", "three"));
        await using var builder = new PaperBuilder($"/ceph-rpm-centos9-x86_64-default/sha1/{built}/version");
        _cli.Write(".teuthology.yaml", $"ceph_git_url: {ceph.Path}\ngitbuilder_host: {builder.Host}\npackage_source: gitbuilder\ndefault_machine_type: rack\n");
        string[] line = ["suite", "-s", "tiny", "--suite-dir", "tree", "--suite-repo", ceph.Path, "-d", "centos", "-D", "9.stream"];

        var exact = await _cli.RunAsync(line);
        var back = await _cli.RunAsync([.. line, "--newest", "2"]);
        var notFar = await _cli.RunAsync([.. line, "--newest", "1"]);

        Assert.EndsWith($"failed: At least one job needs packages that don't exist for hash {newest}.\n", exact.Error);
        Assert.Contains($"--newest supplied, backtracked 2 commits to {built}\n", back.Error);
        Assert.EndsWith("failed: Exceeded 1 backtracks; raise --newest value\n", notFar.Error);
        Assert.All((await QueueAsync()).Skip(1).SkipLast(1), job => Assert.Equal(built, job.Get("sha1")));
    }

    [Fact]
    public async Task Suite_AtAServer_IsInItsResultsAndWaitedFor()
    {
        await using var server = await EmptyServer.StartAsync();
        _cli.Write(".teuthology.yaml", $"results_server: {server.Url}\n");

        var name = (string)JsonNode.Parse((await _cli.RunAsync("suite", "-s", "tiny", "--suite-dir", "tree", "--json")).Output)!["name"]!;
        var jobs = await server.Results.JobsAsync(name, default);
        Assert.Equal(["queued", "queued", "queued", "queued"], jobs.Select(job => job.Status));
        foreach (var job in jobs)
            await server.Results.SaveJobAsync(name, job.JobId, new JsonObject { ["status"] = job.JobId == "3" ? "fail" : "pass" }, default);
        var waited = await _cli.RunAsync("wait", name);

        Assert.Equal(1, waited.ExitCode);
        Assert.Equal(["fail", "pass", "pass", "pass"], waited.Lines.Select(line => line.Split(' ')[0]));
        Assert.StartsWith($"fail {server.Url}", waited.Lines[0]);
    }

    [Theory]
    [InlineData("testing", null)]
    [InlineData("nothere", "Kernel branch 'nothere' not found")]
    public async Task Suite_KernelBranch_IsLookedUpAtTheBuilder(string branch, string? failure)
    {
        await using var builder = new PaperBuilder("/kernel-rpm-centos9-x86_64-default/ref/testing/sha1");
        _cli.Write(".teuthology.yaml", $"gitbuilder_host: {builder.Host}\nsuite_verify_ceph_hash: false\n");

        var result = await _cli.RunAsync("suite", "-s", "tiny", "--suite-dir", "tree", "-k", branch, "-d", "centos", "-D", "9.stream");

        Assert.Equal(failure is null ? 0 : 1, result.ExitCode);
        Assert.Contains(failure ?? $"kernel sha1: {PaperBuilder.Text}\n", result.Error);
        Assert.Equal(failure is null ? PaperBuilder.Text : null, ((await QueueAsync()).ElementAtOrDefault(1)?.Get("kernel") as YamlMap)?.Get("sha1"));
    }

    [Fact]
    public async Task Suite_DryRun_QueuesNothingAndShowsTheJobs()
    {
        var result = await _cli.RunAsync("suite", "-s", "tiny", "--suite-dir", "tree", "--dry-run", "-vv", "-l", "1");

        Assert.StartsWith("---\n", result.Output);
        Assert.Contains("Memo: command: teuthology schedule --name ", result.Error);
        Assert.Empty(await QueueAsync());
    }

    [Fact]
    public async Task Suite_Interrupted_TakesBackWhatIsQueued()
    {
        using var stop = new CancellationTokenSource();
        var running = _cli.RunAsync(["suite", "-s", "tiny", "--suite-dir", "tree", "--throttle", "600"], stop.Token);
        for (var i = 0; i < 600 && (await QueueAsync()).Count < 2; i++)
            await Task.Delay(50);
        await stop.CancelAsync();

        Assert.Equal(130, (await running).ExitCode);
        Assert.Empty(await QueueAsync());
        Assert.Empty(await (await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default)).RunsAsync(new RunQuery(), default));
    }

    private async Task<List<YamlMap>> QueueAsync()
    {
        await using var queue = QueueBackend.Open("store", SiteConfig.Empty, _ => null, _cli.State, TimeProvider.System);
        return [.. (await queue.ListAsync(QueueQuery.All, default)).Select(entry => entry.Document)];
    }
}
