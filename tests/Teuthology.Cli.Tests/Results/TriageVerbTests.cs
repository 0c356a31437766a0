using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli.Tests;

public sealed class TriageVerbTests : IAsyncLifetime
{
    private const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        await using var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await store.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "fail", ["description"] = "rbd/{a}", ["failure_reason"] = "failed on n1 with status 1", ["failure_signature"] = "FAILED ceph_assert(a)" }, default);
        await store.SaveJobAsync(Run, "2", new JsonObject { ["status"] = "fail", ["description"] = "rbd/{b}", ["failure_reason"] = "failed on n2 with status 1", ["failure_signature"] = "FAILED ceph_assert(a)" }, default);
        await store.SaveJobAsync(Run, "3", new JsonObject { ["status"] = "dead", ["description"] = "rbd/{c}", ["failure_reason"] = "machine n3 does not answer" }, default);
    }

    public Task DisposeAsync()
    {
        _cli.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Triage_NewFailures_AreGroupedAndExit1()
    {
        var result = await _cli.RunAsync("triage", "last");

        var id = Fingerprint.Of("failed on n1 with status 1", "FAILED ceph_assert(a)").Id;
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [
                $"{Run}: finished fail, 3 jobs, 2 kinds of failure, 2 of them not known",
                $"{id}  2 jobs: 1 2", "    failed on n1 with status 1", "    log: FAILED ceph_assert(a)", "    not seen in the last runs of the suite",
                $"{Fingerprint.Of("machine n3 does not answer", null).Id}  1 job: 3", "    machine n3 does not answer", "    not seen in the last runs of the suite",
                "worth another try: 3", $"    teuthology suite --rerun {Run} --rerun-statuses dead",
            ],
            result.Lines);
    }

    [Fact]
    public async Task Triage_AllKnown_Exits0()
    {
        _cli.Write("known.yaml", "issues:\n- {name: both, owner: me, until: 2999-01-01, match: {description: '^rbd'}}\n");

        var result = await _cli.RunAsync("triage", Run, "--known", "known.yaml", "--json");

        Assert.Equal(0, result.ExitCode);
        var group = JsonNode.Parse(result.Lines[0])!;
        Assert.Equal("both", (string)group["known"]!["name"]!);
        Assert.Equal("""["1","2"]""", group["jobs"]!.ToJsonString());
        Assert.Equal("[]", group["retry"]!.ToJsonString());
    }

    [Fact]
    public async Task Triage_KnownOfTheSite_IsRead()
    {
        _cli.Environment["TEUTHOLOGY_CONFIG"] = Path.Combine(_cli.Directory, "site.yaml");
        _cli.Write("site.yaml", $"known_issues: {Path.Combine(_cli.Directory, "known.yaml")}\n");
        _cli.Write("known.yaml", "issues:\n- {name: it, owner: me, until: nevermore, match: {reason: x}}\n");

        var result = await _cli.RunAsync("triage", Run);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("known.yaml:2:25: 'until' must be", result.Error, StringComparison.Ordinal);
    }
}
