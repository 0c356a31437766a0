using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Testing.OpenStack;

namespace Teuthology.Cli.Tests;

/// <summary>What is left of <c>openstack --suite</c> when it is killed or fails, and how it is bounded; servers are only written down.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OpenStackGcTests : IAsyncLifetime
{
    private CloudSite _site = null!;

    public async Task InitializeAsync()
    {
        _site = await CloudSite.OnPaperAsync();
        _site.Cli.Write("tree/suites/small/job.yaml", "roles: [[a.0], [b.0]]\nopenstack:\n- volumes: {count: 2, size: 3}\n  machine: {ram: 3000}\ntasks:\n- exec: {a.0: ['true']}\n");
    }

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("POST", "/os-keypairs", false, "")]
    [InlineData("POST", "/os-keypairs", true, "keypair")]
    [InlineData("POST", "/servers", true, "server")]
    [InlineData("POST", "/volumes", true, "volume")]
    [InlineData("DELETE", "/servers/*", false, "server")]
    public async Task Suite_KilledAtACall_LeavesNothingAfterGc(string method, string path, bool done, string left)
    {
        var gate = _site.Cloud.Hold(method, path, done);
        using var process = Process.Start(_site.Start("openstack", "--suite", "small", "--suite-dir", "tree"))!;
        var said = process.StandardError.ReadToEndAsync();
        var first = await Task.WhenAny(gate.Reached, process.WaitForExitAsync());
        Assert.True(first == gate.Reached, first == gate.Reached ? "" : await said);

        process.Kill();
        await process.WaitForExitAsync();
        gate.Open();
        Assert.Contains(_site.Cloud.Left.Append(""), thing => thing.StartsWith(left, StringComparison.Ordinal));

        var gc = await _site.RunAsync("openstack", "gc", "--json");

        Assert.True(gc.ExitCode == 0, gc.Error);
        Assert.All(gc.Lines, line => Assert.NotNull(JsonNode.Parse(line)!["removed"]));
        Assert.Empty(_site.Cloud.Left);
    }

    [Theory]
    [InlineData("POST", "/os-keypairs", true, "keypair", "gc")]
    [InlineData("POST", "/security-groups", true, "security group", "--teardown")]
    [InlineData("POST", "/servers", true, "server teuth-teuthology", "gc")]
    [InlineData("POST", "/servers", true, "server teuth-teuthology", "--teardown")]
    public async Task SetUp_KilledAtACall_LeavesNothingAfterwards(string method, string path, bool done, string left, string way)
    {
        var gate = _site.Cloud.Hold(method, path, done);
        using var process = Process.Start(_site.Start("openstack", "--setup"))!;
        var said = process.StandardError.ReadToEndAsync();
        var first = await Task.WhenAny(gate.Reached, process.WaitForExitAsync());
        Assert.True(first == gate.Reached, first == gate.Reached ? "" : await said);

        process.Kill();
        await process.WaitForExitAsync();
        gate.Open();
        Assert.Contains(_site.Cloud.Left, thing => thing.StartsWith(left, StringComparison.Ordinal));

        var end = await _site.RunAsync("openstack", way);

        Assert.True(end.ExitCode == 0, end.Error);
        Assert.Empty(_site.Cloud.Left);
    }

    [Fact]
    public async Task SetUp_ServerThatNeverAnswers_TellsItsConsoleAndIsReplacedByTheNext()
    {
        var first = await _site.RunAsync("openstack", "--setup");
        var made = Assert.Single(_site.Cloud.Servers.All);
        var second = await _site.RunAsync("openstack", "--setup");

        Assert.Equal((1, 1), (first.ExitCode, second.ExitCode));
        Assert.Contains("Kernel panic - not syncing", first.Error, StringComparison.Ordinal);
        Assert.Contains("teuth-teuthology is half made", second.Error, StringComparison.Ordinal);
        Assert.NotEqual((string)made["id"]!, (string)Assert.Single(_site.Cloud.Servers.All)["id"]!);
    }

    [Fact]
    public async Task Suite_TwoAtOnce_HaveOneWebInterface()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => _site.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree", "--run", $"run{i}")));

        var addresses = both.SelectMany(result => result.Error.Split('\n')).Where(line => line.StartsWith("web interface: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, addresses.Count);
        Assert.Single(addresses.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Suite_OptionsOfUpstreamWithoutMeaning_AreToldOf()
    {
        var result = await _site.Cli.RunAsync(
            "openstack", "--suite", "small", "--suite-dir", "tree", "--dry-run", "--throttle", "15", "-n", "3", "-y", "--teuthology-git-url", "https://example.com/t", "--ceph-workbench-branch", "main", "-N", "3", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(3, (int)JsonNode.Parse(Assert.Single(result.Lines))!["jobs"]!);
        foreach (var option in (string[])["--throttle", "--newest", "--teuthology-git-url", "--ceph-workbench-branch"])
            Assert.Contains($"{option} has no meaning here: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suite_ServersThatNeverAnswer_EndsDeadWithTheConsoleAndLeavesNothing()
    {
        var result = await _site.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree", "--json");

        Assert.True(result.ExitCode == 1, result.Error);
        var job = JsonNode.Parse(Assert.Single(result.Lines))!;
        Assert.Equal("dead", (string)job["status"]!);
        Assert.Contains("Kernel panic - not syncing", (string)job["failure_reason"]!, StringComparison.Ordinal);
        Assert.Empty(_site.Cloud.Left);
    }

    [Fact]
    public async Task DryRun_Suite_TellsWhatItTakesAndMakesNothing()
    {
        _site.Write("price: {m1.medium: 0.25}");

        var result = await _site.Cli.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree", "--dry-run", "--json", "--job-hours", "2");

        Assert.True(result.ExitCode == 0, result.Error);
        var told = JsonNode.Parse(Assert.Single(result.Lines))!;
        Assert.Equal("""{"m1.medium":2}""", told["flavors"]!.ToJsonString());
        Assert.Equal("""{"servers":2,"cpus":4,"ram":8192,"volumes":4,"volume_size":12}""", told["peak"]!.ToJsonString());
        Assert.Equal((4.0, 1.0), ((double)told["server_hours"]!, (double)told["cost"]!));
        Assert.Empty(_site.Cloud.Left);
        Assert.DoesNotContain(_site.Cloud.Calls, call => call.StartsWith("POST ", StringComparison.Ordinal) && !call.EndsWith("/auth/tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DryRun_JobsOfEarlierRuns_TakesTheirHours()
    {
        _site.Write("price: {m1.tiny: 0.5}");
        _site.Cli.Write("tree/suites/two/sub-1/%", "");
        foreach (var job in new[] { "known", "new" })
            _site.Cli.Write($"tree/suites/two/sub-1/tasks/{job}.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['true']}\n");
        var results = await ResultsStore.OpenAsync(_site.Cli.State, TimeProvider.System, default);
        foreach (var (id, seconds) in new[] { ("1", 3600), ("2", 10800), ("3", 36000) })
            await results.SaveJobAsync("jo-2026-11-20_08:00:00-two:sub_1-main-distro-default-openstack", id, new JsonObject { ["status"] = "pass", ["description"] = "two:sub-1/{tasks/known}", ["duration"] = seconds }, default);
        string[] line = ["openstack", "--suite", "two/sub-1", "--suite-dir", "tree", "--seed", "1", "--dry-run", "--job-hours", "2", "--budget", "3"];

        var text = await _site.Cli.RunAsync(line);
        var json = await _site.Cli.RunAsync([.. line, "--json"]);

        Assert.True(text.ExitCode == 0, text.Error);
        Assert.Contains("hours   : 5, 5 server-hours (1 of 2 jobs as in earlier runs, the others taken for 2 each)\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("budget  : 3 server-hours, enough for about 1 of 2 jobs\n", text.Output, StringComparison.Ordinal);
        Assert.Contains("cost    : 2.50\n", text.Output, StringComparison.Ordinal);
        var told = JsonNode.Parse(Assert.Single(json.Lines))!;
        Assert.Equal((1, 5.0, 2.5), ((int)told["known_jobs"]!, (double)told["server_hours"]!, (double)told["cost"]!));
        Assert.Equal("""{"server_hours":3,"jobs":1}""", told["budget"]!.ToJsonString());
    }

    [Theory]
    [InlineData(1, 10, "2 servers needed, 0 of 1 in use: 1 missing")]
    [InlineData(10, 3, "4 volumes needed, 0 of 3 in use: 1 missing")]
    public async Task Suite_QuotaWithoutRoom_IsRefusedBeforeTheFirstServer(int servers, int volumes, string reason)
    {
        (_site.Cloud.MaxServers, _site.Cloud.MaxVolumes) = (servers, volumes);

        var result = await _site.Cli.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.Empty(_site.Cloud.Left);
    }

    [Fact]
    public async Task Suite_BudgetUsedUp_MakesNoMoreServers()
    {
        // Servers that never answer take their time from the budget all the same, and the lab tries others in their place.
        var result = await _site.RunAsync("openstack", "--suite", "small", "--suite-dir", "tree", "--json", "--budget", "0.0000001");

        Assert.Contains("server-hours: no new server is made", (string)JsonNode.Parse(Assert.Single(result.Lines))!["failure_reason"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openstack", "name a suite with --suite")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --budget 0", "--budget must be a number of hours above 0")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --simultaneous-jobs 0", "--simultaneous-jobs must be 1 or more")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --key-filename nowhere", "--key-filename: there is no file")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --name Big_Name", "the cluster's name 'Big_Name'")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 -m rack", "machines of type 'rack' are no servers of a cloud")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --openrc nowhere.sh", "nowhere.sh")]
    [InlineData("openstack --suite dict --suite-dir tree --seed 1 --dry-run", "'openstack' of a job must be a list of hints")]
    [InlineData("openstack --suite huge --suite-dir tree --seed 1 --dry-run", "no flavour of the cloud has 900000 MB, 1 GB, 1 CPU: the largest that is allowed is m1.xlarge (8 CPUs, 16384 MB, 160 GB)")]
    [InlineData("openstack --setup --teardown", "it does not make sense to teardown a cluster right after a suite is scheduled")]
    [InlineData("openstack --setup --archive here", "--archive names a directory of this machine")]
    [InlineData("openstack --setup --controller-ram -1", "--controller-ram must be 0 or more")]
    [InlineData("openstack --setup --timeout -1", "--timeout must be a number of seconds")]
    [InlineData("openstack --setup --rerun last", "--rerun on a controller needs --suite-dir")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --controller-ram 5", "--controller-ram goes with --setup")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --num 0", "--num must be 1 or more")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 -R fail", "--rerun-statuses goes with --rerun")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 -r last -R odd", "'odd' is no status")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --upload", "--upload: where to?")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --test-repo foo", "--test-repo 'foo' is neither NAME:URL")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --test-repo foo!x:http://a/b", "'x' is no priority")]
    [InlineData("openstack --suite small --suite-dir tree --seed 1 --test-repo @nowhere.yaml", "--test-repo: there is no file")]
    [InlineData("openstack gc --older-than -1", "--older-than must be a number of hours")]
    public async Task Line_ThatMakesNoSense_IsOneLineAndExitCode2(string line, string part)
    {
        _site.Cli.Write("tree/suites/dict/job.yaml", "roles: [[a.0]]\nopenstack: {volumes: {count: 2}}\n");
        _site.Cli.Write("tree/suites/huge/job.yaml", "roles: [[a.0]]\nopenstack: [{machine: {ram: 900000}}]\n");

        (await _site.Cli.RunAsync(line.Split(' '))).AssertBadInput(part);
    }
}
