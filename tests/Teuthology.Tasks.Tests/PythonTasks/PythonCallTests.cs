using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>What Python tasks can do by us: commands, files, daemons, tasks of ours.</summary>
public sealed class PythonCallTests(LoopbackHost host) : IClassFixture<LoopbackHost>, IDisposable
{
    private readonly Checkout _checkout = new();

    public void Dispose() => _checkout.Dispose();

    [SkippableFact]
    public async Task Commands_InputOutputAndMany_ReachTheTask()
    {
        await PassesAsync("""
            import io
            from teuthology import misc
            from teuthology.orchestra import run
            from teuthology.parallel import parallel

            def task(ctx, config):
                first, second = ctx.cluster.remotes
                assert first.sh('echo $((6 * 7))') == '42\n'
                assert first.run(args=['cat'], stdin='ä\n', stdout=io.StringIO()).stdout.getvalue() == 'ä\n'
                both = first.run(args=['sh', '-c', 'echo out; echo err >&2'], stdout=io.BytesIO(), stderr=io.StringIO())
                assert (both.stdout.getvalue(), both.stderr.getvalue()) == (b'out\n', 'err\n')
                counted = io.StringIO()
                fed = ctx.cluster.run(args=['wc', '-c', run.Raw('2>&1')], stdin=run.PIPE, stdout=counted, wait=False)
                misc.feed_many_stdins_and_close(io.BytesIO(b'x' * 100000), fed)
                run.wait(fed)
                assert counted.getvalue().split() == ['100000'] * 2
                piped = first.run(args=['sh', '-c', 'read line; echo got $line'], stdin=run.PIPE, stdout=run.PIPE, wait=False)
                assert piped.poll() is None
                piped.stdin.write('this\n')
                assert piped.stdout.readline() == b'got this\n'
                piped.stdin.close()
                assert piped.wait() == 0 and piped.finished
                # each waits for the other one: only side by side can they end
                def meet(remote, other):
                    remote.run(args=['touch', f'{misc.get_testdir(ctx)}/{remote.shortname}'])
                    other.run(args=['sh', '-c', f'while ! [ -e {misc.get_testdir(ctx)}/{other.shortname} ]; do sleep 0.1; done'])
                    return remote.shortname
                with parallel() as p:
                    p.spawn(meet, first, second)
                    p.spawn(meet, second, first)
                    assert sorted(p) == sorted([first.shortname, second.shortname])
                ctx.cluster.run(args=f'rm -f {misc.get_testdir(ctx)}/lo*')
            """);
    }

    [SkippableFact]
    public async Task Parallel_OneFails_OthersAreStopped()
    {
        var result = await RunAsync("""
            from teuthology.parallel import parallel

            def task(ctx, config):
                first, second = ctx.cluster.remotes
                with parallel() as p:
                    p.spawn(first.run, args=['sleep', '86400'])
                    p.spawn(second.run, args=['sh', '-c', 'exit 9'])
            """);
        Assert.Contains("with status 9: \"sh -c 'exit 9'\"", result.FailureReason);
    }

    [SkippableFact]
    public async Task Files_WrittenReadAndFetched_AreTheSame()
    {
        await PassesAsync($$"""
            import io
            import os
            from teuthology import misc

            def task(ctx, config):
                first, second = ctx.cluster.remotes
                here = {{Repr(_checkout["here"])}}
                os.makedirs(here)
                place = first.mkdtemp()
                path = place + '/a file'
                first.write_file(path, 'one\n')
                misc.append_lines_to_file(first, path, 'two\n')
                assert first.read_file(path) == b'one\ntwo\n'
                data = bytes(range(256)) * 500
                first.write_file(path, io.BytesIO(data), mode='0640')
                assert first.sh(['stat', '-c', '%a', path]).strip() == '640'
                local = first.get_file(path, dest_dir=here)
                with open(local, 'rb') as file:
                    assert file.read() == data
                second_place = second.mkdtemp()
                second.put_file(local, second_place + '/b')
                assert second.read_file(second_place + '/b') == data
                try:
                    first.read_file(place + '/none')
                except FileNotFoundError as error:
                    assert 'none' in str(error)
                else:
                    raise AssertionError('read what is not there')
                for remote, made in ((first, place), (second, second_place)):
                    remote.run(args=['rm', '-r', made])
                assert first.os.package_type in ('deb', 'rpm')
            """);
    }

    [SkippableFact]
    public async Task Daemons_RegisteredByPython_AreKeptByUs()
    {
        var log = await PassesAsync("""
            import contextlib
            import logging
            from teuthology.contextutil import safe_while
            from teuthology.orchestra import run
            from teuthology.orchestra.daemon import DaemonGroup

            @contextlib.contextmanager
            def task(ctx, config):
                first, second = ctx.cluster.remotes
                ctx.daemons = DaemonGroup()
                ctx.daemons.add_daemon(first, 'thing', '0', args=['sh', '-c', 'echo it runs; exec cat'], stdin=run.PIPE, wait=False, logger=logging.getLogger('thing.0'))
                ctx.daemons.register_daemon(second, 'thing', '1', args=['sh', '-c', 'exit 3'], stdin=run.PIPE, wait=False)
                one, = [d for d in ctx.daemons.iter_daemons_of_role('thing') if d.id_ == '1']
                zero = ctx.daemons.get_daemon('thing', 0)
                assert zero.running() and not zero.proc.finished and zero.remote is first
                assert ctx.daemons.resolve_role_list(['thing.*'], ['thing'], True) == ['ceph.thing.0', 'ceph.thing.1']
                assert not one.running()
                one.start()
                with safe_while(sleep=0.2, tries=300) as proceed:
                    while proceed():
                        if one.proc.finished:
                            break
                try:
                    one.check_status()
                except run.CommandFailedError as error:
                    assert error.exitstatus == 3
                else:
                    raise AssertionError('it ended well')
                zero.stop()
                assert not zero.running()
                zero.restart()
                assert zero.running()
                yield
                zero.stop()
            """);
        Assert.Equal(2, log.Split(".stdout:it runs\n").Length - 1);
    }

    [SkippableFact]
    public async Task ControllersTask_EnteredByPython_RunsWithItsRoles()
    {
        var log = await PassesAsync("""
            from teuthology.task import exec as run_there

            def task(ctx, config):
                with run_there.task(ctx, {'a.0': ['echo by our exec']}):
                    pass
            """);
        Assert.Contains(".stdout:by our exec\n", log);
    }

    private async Task<string> PassesAsync(string task)
    {
        var result = await RunAsync(task);
        result.ShouldPass();
        return result.Log();
    }

    private Task<JobResult> RunAsync(string task) => host.RunAsync(_checkout.Task("tried", task).Job(host, "roles: [[a.0], [b.0]]\ntasks:\n- tried:\n"));

    private static string Repr(string text) => $"'{text}'";
}
