using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Workunits on real shells; the scripts are made here.</summary>
public sealed class WorkunitTaskTests(LoopbackHost host) : IClassFixture<LoopbackHost>, IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _suites = Directory.CreateTempSubdirectory("suites-").FullName;

    [SkippableFact]
    public async Task Workunit_Script_GetsArgumentsEnvironmentAndItsNeighbours()
    {
        Script("ok/run.sh", """
            #!/bin/sh -ex
            [ "$1" = "two words" ] && [ "$#" = 1 ]
            [ "$COLOUR" = "light blue" ] && [ "$CEPH_ID" = 0 ] && [ "$CEPH_ARGS" = "--cluster ceph" ] && [ "$CEPH_REF" = HEAD ]
            case $PWD in "$TESTDIR"/mnt.0/client.0/tmp) ;; *) exit 7 ;; esac
            . "$(dirname "$0")/lib.sh"
            echo "sum is $(add 2 3)"
            touch left-over
            """);
        await File.WriteAllTextAsync(Path.Combine(_suites, ".qa/workunits/ok/lib.sh"), "add() { echo $(($1 + $2)); }\n");
        var result = await RunAsync("[[client.0]]", "clients: {client.0: [ok/run.sh 'two words']}, env: {COLOUR: light blue}");
        result.ShouldPass();
        Assert.Contains("sum is 5", result.Log());
    }

    [SkippableFact]
    public async Task Workunit_ThatFails_IsNamedWithItsStatus()
    {
        Script("bad.sh", "#!/bin/sh\necho 'the reason' >&2\nexit 9\n");
        var result = await RunAsync("[[client.0]]", "clients: {client.0: [bad.sh]}");
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.StartsWith("Command failed (workunit test bad.sh) on ", result.FailureReason);
        Assert.Contains("with status 9", result.FailureReason);
        Assert.Contains("the reason", result.FailureReason);
    }

    [SkippableFact]
    public async Task Workunit_PastItsTimeout_EndsWithStatus124()
    {
        Script("slow.sh", "#!/bin/sh\nsleep 60\n");
        var result = await RunAsync("[[client.0]]", "clients: {client.0: [slow.sh]}, timeout: 1s");
        Assert.Contains("with status 124", result.FailureReason);
    }

    [SkippableFact]
    public async Task Workunit_LeavingFilesOutsideItsDirectory_Fails()
    {
        Script("litter.sh", "#!/bin/sh\ntouch ../../litter\n");
        var result = await RunAsync("[[client.0]]", "clients: {client.0: [litter.sh]}");
        Assert.StartsWith("Command failed (workunit clean-up of client.0)", result.FailureReason);
    }

    [SkippableFact]
    public async Task Workunit_DirectoryForAll_RunsEveryScriptOnEveryClient()
    {
        Script("many/b.sh", "#!/bin/sh\necho \"b of $CEPH_ID\"\n");
        Script("many/a.sh", "#!/bin/sh\necho \"a of $CEPH_ID\"\n");
        var result = await RunAsync("[[client.0], [client.1]]", "clients: {all: [many]}");
        result.ShouldPass();
        var log = result.Log();
        Assert.All(["a of 0", "a of 1", "b of 0", "b of 1"], line => Assert.Contains(line, log));
        Assert.True(log.IndexOf("stdout:a of", StringComparison.Ordinal) < log.IndexOf("stdout:b of", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("clients: {client.0: [none.sh]}", "Spec did not match any workunits: 'none.sh'")]
    [InlineData("clients: {osd.0: [ok.sh]}", "'osd.0' is no client role")]
    public async Task Workunit_WrongConfiguration_IsTold(string config, string expected)
    {
        Script("ok.sh", "#!/bin/sh\n");
        Assert.Contains(expected, (await RunAsync("[[client.0, osd.0]]", config)).FailureReason);
    }

    public void Dispose() => Directory.Delete(_suites, recursive: true);

    private async Task<JobResult> RunAsync(string roles, string workunit) => await host.RunAsync(
        host.Job((YamlMap)YamlLoader.Load($"{{roles: {roles}, tasks: [{{workunit: {{{workunit}, no_coverage_and_limits: true}}}}]}}", "job.yaml")!) with { SuitesDirectory = _suites });

    private void Script(string name, string text)
    {
        var path = Path.Combine(_suites, ".qa/workunits", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, Executable);
    }
}
