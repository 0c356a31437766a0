using System.Diagnostics;

namespace Teuthology.Orchestra.Tests;

/// <summary>Traces and numbers that upstream's own code gave.</summary>
public sealed class PrimitivesTests
{
    [Theory]
    [InlineData(6, 1, 10, new[] { 7, 8, 9, 10, 11, 12, 13, 14, 15 })]
    [InlineData(1, 0, 10, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(6, 0, 1, new int[0])]
    public async Task TryUntilAsync_Pauses_AreUpstreams(int sleep, int increment, int tries, int[] pauses)
    {
        var time = new HastyTime();
        var log = new LineKeeper();
        var poll = new Poll { Sleep = TimeSpan.FromSeconds(sleep), Increment = TimeSpan.FromSeconds(increment), Tries = tries, Time = time, Action = "a b", Log = log };
        Assert.False(await poll.TryUntilAsync(_ => Task.FromResult(false), default));
        Assert.Equal(pauses, time.Waited.Select(pause => (int)pause.TotalSeconds));
        Assert.StartsWith($"'a b' reached maximum tries ({tries}) after waiting for ", Assert.Single(log.Lines));
    }

    [Fact]
    public async Task AsCompletedAsync_Results_ComeInTheOrderOfTheirEnd()
    {
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource()).ToArray();
        var seen = new List<int>();
        gates[1].SetResult();
        await foreach (var done in InParallel.AsCompletedAsync(Enumerable.Range(0, 3), async (i, _) => { await gates[i].Task; return i; }, default))
        {
            seen.Add(done);
            if (seen.Count < 3)
                gates[seen.Count == 1 ? 2 : 0].SetResult();
        }

        Assert.Equal([1, 2, 0], seen);
        await foreach (var _ in InParallel.AsCompletedAsync(Array.Empty<int>(), (i, _) => Task.FromResult(i), default))
            Assert.Fail("nothing was begun");
    }

    [Fact]
    public async Task AsCompletedAsync_OneFails_IsThrownInItsTurnAndTheOthersEnd()
    {
        var (failing, last, ended) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        var watched = WatchAsync();
        Assert.False(watched.IsCompleted);
        await failing.Task;

        // Long enough for the failure to be there before the other one ends.
        await Task.Delay(500);
        last.SetResult();
        Assert.Equal("first", (await Assert.ThrowsAsync<InvalidOperationException>(() => watched)).Message);
        Assert.Equal(1, ended);

        async Task WatchAsync()
        {
            await foreach (var _ in InParallel.AsCompletedAsync([0, 1], WorkAsync, default))
                Assert.Fail("the failure comes first");
        }

        async Task<int> WorkAsync(int i, CancellationToken ct)
        {
            if (i == 0)
            {
                failing.SetResult();
                throw new InvalidOperationException("first");
            }

            await last.Task;
            return ++ended;
        }
    }

    [Theory]
    [InlineData(",", null, "enter 0,enter 1,body,exit 1,exit 0")]
    [InlineData(",,", "b", "enter 0,enter 1,enter 2,body,saw b,exit 2,saw b,exit 1,saw b,exit 0,raised b")]
    [InlineData(",swallow,", "b", "enter 0,enter 1,enter 2,body,saw b,exit 2,saw b,exit 1,exit 0")]
    [InlineData(",enterfail,", null, "enter 0,enter 1,saw enter 1,exit 0,raised enter 1")]
    [InlineData(",exitfail,exitfail", "b", "enter 0,enter 1,enter 2,body,saw b,exit 2,saw exit 2,exit 1,saw exit 1,exit 0,raised exit 1")]
    [InlineData(",exitfail,", null, "enter 0,enter 1,enter 2,body,exit 2,exit 1,saw exit 1,exit 0,raised exit 1")]
    public async Task RunAsync_Nested_LeavesAsUpstream(string kinds, string? body, string trace)
    {
        var seen = new List<string>();
        var log = new LineKeeper();
        var shown = new List<string>();
        try
        {
            await Nested.RunAsync(
                kinds.Split(',').Select((kind, i) => Enter(seen, kind, i)),
                _ =>
                {
                    seen.Add("body");
                    return body is null ? Task.CompletedTask : throw new InvalidOperationException(body);
                },
                log,
                default,
                error =>
                {
                    shown.Add(error.Message);
                    return Task.CompletedTask;
                });
        }
        catch (InvalidOperationException error)
        {
            seen.Add($"raised {error.Message}");
        }

        Assert.Equal(trace.Split(','), seen);
        var failed = body is not null || kinds.Contains("enterfail");
        Assert.Equal(failed ? ["Saw exception from nested tasks"] : [], log.Lines);
        Assert.Equal(failed ? 1 : 0, shown.Count);
    }

    [Fact]
    public async Task Exiter_Signal_RunsAllHandlersAndThenEndsTheProcess()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [typeof(LoneController).Assembly.Location, "exiter"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        await OpenSshServer.RunAsync("kill", "-TERM", $"{process.Id}");
        Assert.Equal("one SIGTERM\ntwo SIGTERM\n", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(128 + 15, process.ExitCode);
    }

    private static Func<CancellationToken, Task<Nested.Leave>> Enter(List<string> seen, string kind, int i) => _ =>
    {
        seen.Add($"enter {i}");
        if (kind == "enterfail")
            throw new InvalidOperationException($"enter {i}");

        return Task.FromResult<Nested.Leave>((error, _) =>
        {
            if (error is not null)
                seen.Add($"saw {error.Message}");
            seen.Add($"exit {i}");
            return kind == "exitfail" ? throw new InvalidOperationException($"exit {i}") : Task.FromResult(kind == "swallow");
        });
    };

    /// <summary>A clock that is asked to wait, notes for how long, and does not.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public List<TimeSpan> Waited { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
