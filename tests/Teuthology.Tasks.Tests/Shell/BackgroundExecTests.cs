using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

public sealed class BackgroundExecTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task BackgroundExec_StillRunning_IsKilledWithItsChildrenAtUnwinding()
    {
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - sequential:
              - background_exec:
                  a.0: [echo $$ > "$TESTDIR/pid", sleep 86400, 'true']
              - exec:
                  a.0:
                  - for i in $(seq 100); do pgrep -P "$(cat "$TESTDIR/pid" 2>/dev/null)" > "$TESTDIR/child" && break; sleep 0.1; done
                  - test -s "$TESTDIR/child" && kill -0 "$(cat "$TESTDIR/pid")" && kill -0 "$(cat "$TESTDIR/child")"
            - exec:
                a.0:
                - for i in $(seq 50); do kill -0 "$(cat "$TESTDIR/pid")" 2>/dev/null || kill -0 "$(cat "$TESTDIR/child")" 2>/dev/null || break; sleep 0.1; done
                - '! kill -0 "$(cat "$TESTDIR/pid")" 2>/dev/null'
                - '! kill -0 "$(cat "$TESTDIR/child")" 2>/dev/null'
                - rm "$TESTDIR/pid" "$TESTDIR/child"
            """);
        result.ShouldPass();
    }

    [SkippableFact]
    public async Task BackgroundExec_FailedByItself_IsNotedAndNotJudged()
    {
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - background_exec:
                a.0: touch "$TESTDIR/done"; rm "$TESTDIR/done"; touch "$TESTDIR/archive/done"; exit 4
            - exec:
                a.0: [for i in $(seq 100); do test -e "$TESTDIR/archive/done" && sleep 0.3 && exit 0; sleep 0.1; done; exit 1]
            """);
        result.ShouldPass();
        Assert.Contains("had ended by itself: status 4", result.Log());
    }
}
