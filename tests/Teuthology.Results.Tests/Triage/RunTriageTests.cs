using System.Text.Json.Nodes;

namespace Teuthology.Results.Tests;

public class RunTriageTests : StoreFixture
{
    private const string First = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";
    private const string Second = "me-2026-11-22_11:00:00-rbd-main-distro-default-root";

    [SkippableFact]
    public async Task Of_FailuresOfTwoRuns_GroupsThemAndTellsWhereTheyWere()
    {
        await SaveAsync(First, "1", "fail", "rbd/{a}", "failed on n1 with status 1");
        await SaveAsync(Second, "1", "fail", "rbd/{a}", "failed on n2 with status 1");
        await SaveAsync(Second, "2", "fail", "rbd/{b}", "failed on n7 with status 1");
        await SaveAsync(Second, "3", "dead", "rbd/{c}", "machine n3 does not answer");
        await SaveAsync(Second, "4", "pass", "rbd/{d}", null);

        var triage = await OfAsync(Second);

        Assert.Equal([["1", "2"], ["3"]], triage.Groups.Select(group => group.Jobs.Select(job => job.JobId)));
        Assert.Equal([First], triage.Groups[0].Before);
        Assert.Empty(triage.Groups[1].Before);
        Assert.Equal(["3"], triage.Retries(all: false).Select(job => job.JobId));
        Assert.Equal(["1", "2", "3"], triage.Retries(all: true).Select(job => job.JobId));
    }

    [SkippableFact]
    public async Task Of_PassLaterOnUnchangedInputs_IsFlakyAndNotTriedAgain()
    {
        await SaveAsync(First, "1", "dead", "rbd/{a}", "gone");
        await SaveAsync(Second, "9", "pass", "rbd/{a}", null);

        var triage = await OfAsync(First);

        Assert.Equal((Second, "9"), (triage.Flaky["1"].RunName, triage.Flaky["1"].JobId));
        Assert.Empty(triage.Retries(all: true));
    }

    [SkippableTheory]
    [InlineData("sha1", "b")]
    [InlineData("suite_sha1", "b")]
    [InlineData("os_version", "11")]
    public async Task Of_PassOnOtherInputs_IsNotFlaky(string key, string value)
    {
        await SaveAsync(First, "1", "fail", "rbd/{a}", "x");
        await SaveAsync(Second, "1", "pass", "rbd/{a}", null, (key, value));

        Assert.Empty((await OfAsync(First)).Flaky);
    }

    [SkippableFact]
    public async Task Of_PassBefore_IsNotFlaky()
    {
        await SaveAsync(First, "1", "pass", "rbd/{a}", null);
        await SaveAsync(Second, "1", "fail", "rbd/{a}", "x");

        Assert.Empty((await OfAsync(Second)).Flaky);
    }

    [SkippableFact]
    public async Task Index_FailuresThatCome_AreFoundAndChangesMoveThem()
    {
        var index = new FailureIndex(Store, Time);
        await SaveAsync(First, "1", "dead", "rbd/{a}", "failed on n1 with status 1");
        var id = Fingerprint.Of("failed on n2 with status 1", null).Id;
        Assert.Equal([First], (await index.RunsAsync([id], default))[id]);

        await SaveAsync(Second, "1", "fail", "rbd/{a}", "failed on n9 with status 1");
        await SaveAsync(First, "1", "dead", "rbd/{a}", "something else");

        Assert.Equal([Second], (await index.RunsAsync([id], default))[id]);
        Assert.Equal(2, (await index.ListAsync(10, default)).Count);
        Assert.Null(await index.FindAsync("000000000000", default));
    }

    private async Task<RunTriage> OfAsync(string run) =>
        await RunTriage.OfAsync(new StoreResults(Store), (await Store.RunAsync(run, default))!, KnownIssues.None, default);

    private Task SaveAsync(string run, string id, string status, string description, string? reason, params IEnumerable<(string Key, string Value)> more)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        var told = new JsonObject { ["status"] = status, ["description"] = description, ["failure_reason"] = reason, ["sha1"] = "a", ["suite_sha1"] = "a", ["os_version"] = "12" };
        foreach (var (key, value) in more)
            told[key] = value;
        return Store.SaveJobAsync(run, id, told, default);
    }
}
