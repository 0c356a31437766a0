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
    public async Task Workunit_OfACheckout_FindsOtherPartsOfIt_AndWhatMakeBuilt()
    {
        var checkout = Directory.CreateDirectory(Path.Combine(_suites, "checkout")).FullName;
        var suites = Directory.CreateDirectory(Path.Combine(checkout, "qa/suites")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(suites, ".qa"), "../");
        Write("qa/workunits/Makefile", "all:\n\techo built > built\n");
        Write("qa/standalone/helpers.sh", "greet() { echo \"hello from $1\"; }\n");
        Write("src/test/pybind/test_it.py", "it\n");
        Write("src/single.sh", "single\n");
        File.CreateSymbolicLink(Path.Combine(checkout, "src/test/link"), "pybind/test_it.py");
        Write("src/pybind/mgr/dashboard/frontend/big.js", "big\n");
        Write("qa/workunits/unit/run.sh", """
            #!/bin/sh -ex
            here=$(dirname "$0")
            . $here/../../standalone/helpers.sh
            greet "$(basename "$0")"
            [ "$(cat $here/../built)" = built ]
            [ "$(cat "$CEPH_ROOT/src/test/link")" = it ] && [ -L "$CEPH_ROOT/src/test/link" ]
            [ -e "$CEPH_ROOT/src/single.sh" ] && [ ! -e "$CEPH_ROOT/qa/suites" ]
            [ ! -e "$CEPH_ROOT/src/pybind/mgr/dashboard/frontend" ]
            """);
        File.SetUnixFileMode(Path.Combine(checkout, "qa/workunits/unit/run.sh"), Executable);
        var result = await RunAsync("[[client.0]]", "clients: {client.0: [unit]}", suites);
        result.ShouldPass();
        Assert.Contains("hello from run.sh", result.Log());

        void Write(string name, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(checkout, name))!);
            File.WriteAllText(Path.Combine(checkout, name), text);
        }
    }

    [SkippableFact]
    public async Task Workunit_ThatMakeBuilds_IsOneOfItsDirectory()
    {
        var checkout = Directory.CreateDirectory(Path.Combine(_suites, "built")).FullName;
        var suites = Directory.CreateDirectory(Path.Combine(checkout, "qa/suites")).FullName;
        var unit = Directory.CreateDirectory(Path.Combine(checkout, "qa/workunits/unit")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(suites, ".qa"), "../");
        await File.WriteAllTextAsync(Path.Combine(checkout, "qa/workunits/Makefile"), "all:\n\tprintf '#!/bin/sh\\necho the built one ran\\n' > unit/built && chmod +x unit/built\n");
        await File.WriteAllTextAsync(Path.Combine(unit, "run.sh"), "#!/bin/sh\necho the script ran\n");
        File.SetUnixFileMode(Path.Combine(unit, "run.sh"), Executable);
        var result = await RunAsync("[[client.0]]", "clients: {client.0: [unit, unit/built]}", suites);
        result.ShouldPass();
        Assert.Equal(2, result.Log().Split("stdout:the built one ran").Length - 1);
        Assert.Contains("stdout:the script ran", result.Log());
        Assert.Contains("Spec did not match any workunits: 'unit/other'", (await RunAsync("[[client.0]]", "clients: {client.0: [unit/other]}", suites)).FailureReason);
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

    private async Task<JobResult> RunAsync(string roles, string workunit, string? suites = null) => await host.RunAsync(
        host.Job((YamlMap)YamlLoader.Load($"{{roles: {roles}, tasks: [{{workunit: {{{workunit}, no_coverage_and_limits: true}}}}]}}", "job.yaml")!) with { SuitesDirectory = suites ?? _suites });

    private void Script(string name, string text)
    {
        var path = Path.Combine(_suites, ".qa/workunits", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, Executable);
    }
}
