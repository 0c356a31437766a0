using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>Tasks that are only Python in a checkout: how they are entered, left and told of.</summary>
public sealed class PythonTaskTests(LoopbackHost host) : IClassFixture<LoopbackHost>, IDisposable
{
    private readonly Checkout _checkout = new();

    public void Dispose() => _checkout.Dispose();

    [SkippableFact]
    public async Task Task_AtTheTopOfTheJob_IsLoadedBeforeItsTurn()
    {
        var mark = _checkout["loaded"];
        _checkout.Task("early", $"""
            import logging
            open('{mark}', 'w').close()

            def task(ctx, config):
                logging.getLogger('early').info('entered with %s', config)
            """);
        var result = await host.RunAsync(_checkout.Job(host, $"""
            roles: [[a.0]]
            tasks:
            - exec:
                a.0: ["timeout 100 sh -c 'until [ -e {mark} ]; do sleep 0.1; done'"]
            - early: 7
            """));
        result.ShouldPass();
        Assert.Contains("INFO:early:entered with 7", result.Log());
    }

    [SkippableFact]
    public async Task Task_ThatClearsFirewalls_IsOfferedThatOfUpstreamsNukeAlone()
    {
        _checkout.Task("clears", """
            import logging
            from teuthology.nuke import clear_firewall

            def task(ctx, config):
                commands = []
                ctx.cluster.run = lambda args: commands.append(args)
                clear_firewall(ctx)
                logging.getLogger('clears').info('runs %s', commands[0][:2])
                from teuthology.nuke import stale_openstack
            """);
        var result = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- clears:\n"));
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Contains("INFO:clears:runs ['sudo', 'sh']", result.Log());
        Assert.Contains("cannot import name 'stale_openstack'", result.FailureReason);
    }

    [SkippableFact]
    public async Task Tasks_ContextsAmongOurs_UnwindInReverse()
    {
        _checkout.Task("outer", """
            import contextlib
            import logging
            log = logging.getLogger(__name__)

            @contextlib.contextmanager
            def task(ctx, config):
                log.info('outer in %s', config)
                ctx.kept = config
                print('printed')
                yield
                log.info('outer out')
            """).Task("inner", """
            import logging
            from teuthology.task import Task

            class Inner(Task):
                def begin(self):
                    self.log.info('inner in %s %s', self.ctx.kept, self.config)
                def end(self):
                    self.log.info('inner out')

            task = Inner
            """).Task("plain", """
            import logging

            def second(ctx, config):
                logging.getLogger('plain').info('second of %s', sorted(config.items()))
            """);
        var result = await host.RunAsync(_checkout.Job(host, """
            roles: [[a.0]]
            overrides: {inner: {two: 2}}
            tasks:
            - outer: [x, 1, 2.5, null, true]
            - test.mark: between
            - inner: {one: 1}
            - plain.second: {1: one, 2: 2021-03-04}
            """));
        result.ShouldPass();
        var log = result.Log();
        Assert.Contains(" INFO:python:printed\n", log);
        string[] expected =
        [
            "INFO:tasks.outer:outer in ['x', 1, 2.5, None, True]", "INFO:teuthology.task.test.mark:mark between", "INFO:teuthology.task.inner:inner in ['x', 1, 2.5, None, True] {'one': 1, 'two': 2}",
            "INFO:plain:second of [(1, 'one'), (2, datetime.date(2021, 3, 4))]", "INFO:teuthology.task.inner:inner out", "INFO:teuthology.task.test.mark:mark end between", "INFO:tasks.outer:outer out",
        ];
        Assert.Equal(expected, expected.OrderBy(line => log.IndexOf(line, StringComparison.Ordinal)));
        Assert.All(expected, line => Assert.Contains(line, log));
    }

    [SkippableFact]
    public async Task Task_AssertionFails_ReasonHasTextAndPlace_AndOthersSeeIt()
    {
        _checkout.Task("watcher", """
            import contextlib
            import logging

            @contextlib.contextmanager
            def task(ctx, config):
                try:
                    yield
                except AssertionError as error:
                    logging.getLogger('watcher').info('seen: %s', error)
                    raise
            """).Task("wrong", """
            def check(count):
                assert count == 3, f'{count} is not 3'

            def task(ctx, config):
                check(config)
            """);
        var result = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- watcher:\n- wrong: 4\n"));
        Assert.Equal((JobStatus.Fail, 0), (result.Status, result.CleanupFailures.Count));
        Assert.StartsWith("4 is not 3\nAssertionError at ", result.FailureReason);
        Assert.EndsWith("tasks/wrong.py:2 in check", result.FailureReason);
        Assert.Contains("INFO:watcher:seen: 4 is not 3\n", result.Log());
        Assert.Contains("    check(config)\n", result.Log()); // Python's traceback
    }

    [SkippableFact]
    public async Task Task_CommandFails_IsOurErrorUnlessCaught()
    {
        _checkout.Task("commands", """
            import io
            import logging
            from teuthology.exceptions import CommandFailedError
            from teuthology.orchestra import run
            log = logging.getLogger('commands')

            def task(ctx, config):
                remote, = ctx.cluster.only('a.0').remotes
                try:
                    remote.run(args=['sh', '-c', 'exit 7'])
                except CommandFailedError as error:
                    log.info('caught %d of %r', error.exitstatus, error.command)
                log.info('unchecked %d', remote.run(args=['false'], check_status=False).exitstatus)
                remote.run(args=['echo', 'no such thing', run.Raw('>&2; exit'), '5'], label='last')
            """);
        var result = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- commands:\n"));
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Contains("INFO:commands:caught 7 of \"sh -c 'exit 7'\"\n", result.Log());
        Assert.Contains("INFO:commands:unchecked 1\n", result.Log());
        var error = Assert.IsType<CommandFailedException>(result.Error);
        Assert.Equal((5, "last"), (error.ExitStatus, error.Failure.Label));
        Assert.Contains("no such thing", result.FailureReason);
    }

    [SkippableFact]
    public async Task Task_SetsSummary_JobHasIt()
    {
        _checkout.Task("verdict", """
            def task(ctx, config):
                ctx.summary['flavor'] = 'default'
                ctx.summary['success'] = False
                ctx.summary['failure_reason'] = 'saw it in the log'
            """);
        var result = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- verdict:\n"));
        Assert.Equal((JobStatus.Fail, "saw it in the log"), (result.Status, result.FailureReason));
        Assert.Equal("default", result.Summary()["flavor"]);
    }

    [SkippableFact]
    public async Task Host_Killed_JobIsDeadAndTellsWhy()
    {
        _checkout.Task("context", """
            import contextlib

            @contextlib.contextmanager
            def task(ctx, config):
                yield
            """).Task("suicide", """
            import os, sys, time

            def task(ctx, config):
                print('about to go', file=sys.stderr)
                os.kill(os.getpid(), 9)
                time.sleep(600)
            """);
        var result = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- context:\n- suicide:\n"));
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Matches(@"^the Python task host \(process \d+\) was ended by signal 9\nlast lines of stderr:\n  about to go\nwhat its tasks had set up is not undone$", result.FailureReason);
    }

    [SkippableFact]
    public async Task Job_Cancelled_TaskUnwindsAndItsCommandEnds()
    {
        _checkout.Task("endless", """
            import logging
            log = logging.getLogger('endless')

            def task(ctx, config):
                remote, = ctx.cluster.remotes
                try:
                    remote.run(args=['sh', '-c', 'echo under way; exec sleep 86400'])
                finally:
                    log.info('cleared away: %s', remote.sh('echo still here').strip())
            """);
        var job = _checkout.Job(host, "roles: [[a.0]]\ntasks:\n- endless:\n");
        using var stop = new CancellationTokenSource();
        await using var session = await host.Engine.StartAsync(job, null, CancellationToken.None);
        Skip.If(session.SkipReason is not null, session.SkipReason);
        var running = session.RunAsync(stop.Token);
        await Until.LogHasAsync(session, ".stdout:under way\n", running);
        await stop.CancelAsync();
        var result = await session.UnwindAsync();
        Assert.Equal((JobStatus.Dead, "the job was cancelled (in task endless)"), (result.Status, result.FailureReason));
        Assert.Contains("INFO:endless:cleared away: still here\n", result.Log());
    }

    [SkippableFact]
    public async Task PythonTasks_NamesOneOfOurs_ItIsTheCheckouts()
    {
        _checkout.Task("nop", "import logging\n\ndef task(ctx, config):\n    logging.getLogger('nop').info('mine')\n");
        var ours = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- nop:\n"));
        var theirs = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\npython_tasks: [nop]\ntasks:\n- nop:\n"));
        ours.ShouldPass();
        theirs.ShouldPass();
        Assert.DoesNotContain("INFO:nop:mine\n", ours.Log());
        Assert.Contains("INFO:nop:mine\n", theirs.Log());
    }

    [SkippableFact]
    public async Task Import_OfWhatIsNotHere_TellsWhatToInstall()
    {
        _checkout.Task("needy", "import no_such_module_anywhere\n\ndef task(ctx, config):\n    pass\n").Task("deep", "from teuthology import openstack\n\ndef task(ctx, config):\n    pass\n");
        var needy = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- needy:\n"));
        var deep = await host.RunAsync(_checkout.Job(host, "roles: [[a.0]]\ntasks:\n- deep:\n"));
        Assert.StartsWith("task 'needy' needs the Python module 'no_such_module_anywhere' on this host; install it", needy.FailureReason);
        Assert.StartsWith("teuthology.openstack of upstream's framework is not offered to tasks of a checkout", deep.FailureReason);
    }
}
