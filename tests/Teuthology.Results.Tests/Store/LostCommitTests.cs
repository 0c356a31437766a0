using System.Text.Json.Nodes;
using Teuthology.Testing;

namespace Teuthology.Results.Tests;

/// <summary>PostgreSQL commits, and the connection breaks before anybody hears of it.</summary>
public sealed class LostCommitTests
{
    private const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, (Func<ResultsStore, Task<object?>> Change, string Trace, string Answer)> Changes = new(StringComparer.Ordinal)
    {
        ["job posted"] = (async store => (await store.CreateJobAsync(Run, "2", [], default)).Outcome, "SELECT 1 FROM jobs WHERE jobid = '2'", "Saved"),
        ["job posted without id"] = (async store => (await store.CreateJobAsync(Run, null, [], default)).JobId, "SELECT 1 FROM jobs WHERE jobid <> '1'", "2"),
        ["job deleted"] = (async store => await store.DeleteJobAsync(Run, "1", default), "SELECT 1 WHERE NOT EXISTS (SELECT FROM jobs)", "True"),
        ["job taken"] = (async store => (await store.PopJobAsync("smithi", default))?.JobId, "SELECT 1 FROM jobs WHERE poppeduntil IS NOT NULL", "1"),
        ["run made"] = (async store => await store.CreateRunAsync("other", default), "SELECT 1 FROM runs WHERE name = 'other'", "True"),
        ["run deleted"] = (async store => await store.DeleteRunAsync(Run, default), "SELECT 1 WHERE NOT EXISTS (SELECT FROM runs)", "True"),
        ["queue made"] = (async store => await store.CreateQueueAsync(new NamedQueue("mira"), default), "SELECT 1 FROM queues WHERE queue = 'mira'", "True"),
        ["token revoked"] = (async store => await store.RevokeTokenAsync("ci", default), "SELECT 1 WHERE NOT EXISTS (SELECT FROM tokens)", "True"),
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Write_AnswerToTheCommitIsLost_IsAnsweredAsItWasDone(string what)
    {
        var (change, trace, answer) = Changes[what];
        var server = await SharedPostgres.ServerAsync();
        var schema = "lost_" + what.Replace(' ', '_');
        await using var direct = await ResultsStore.OpenAtAsync($"{server.ConnectionString("postgres")};Search Path={schema}", TimeProvider.System, default);
        await direct.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "queued", ["queue"] = "smithi" }, default);
        await direct.CreateTokenAsync("ci", default);
        await using var cut = new TcpCut(server.Port);
        await using var store = await ResultsStore.OpenAtAsync($"{server.ConnectionString("postgres", cut.Port)};Search Path={schema}", TimeProvider.System, default);

        // With its end: each transaction begins as READ COMMITTED.
        cut.LosesAnswersTo = "COMMIT\0";
        var changing = change(store);
        using var patience = new CancellationTokenSource(Patience);
        while (await server.SqlAsync($"SET search_path = {schema}; {trace}") != "1")
            await Task.Delay(20, patience.Token);
        Assert.False(changing.IsCompleted);
        cut.LosesAnswersTo = null;
        cut.Cut();

        Assert.Equal(answer, (await changing.WaitAsync(Patience))?.ToString());
    }
}
