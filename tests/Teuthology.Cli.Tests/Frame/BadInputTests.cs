namespace Teuthology.Cli.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("", "`teuthology` needs one of its verbs", "suite", "lab")]
    [InlineData("lab", "`teuthology lab` needs one of its verbs", "up")]
    [InlineData("siute", "unknown verb `siute`", "did you mean `suite`?")]
    [InlineData("ls", "ARCHIVE", "teuthology ls --help")]
    [InlineData("ls --jsno x", "unknown option `--jsno`", "did you mean `--json`?")]
    [InlineData("ls --jsno", "unknown option `--jsno`")]
    [InlineData("ls nowhere", "nowhere: there is no such directory")]
    [InlineData("completion tcsh", "'tcsh'", "'bash'")]
    [InlineData("results --count 0", "--count must be 1 or more")]
    [InlineData("results --count many", "many")]
    [InlineData("results nobody-ran-this", "there is no run nobody-ran-this")]
    [InlineData("triage", "RUN")]
    [InlineData("triage nobody-ran-this", "there is no run nobody-ran-this")]
    [InlineData("triage last --retry sometimes", "sometimes")]
    [InlineData("triage last --known no-such-file.yaml", "no-such-file.yaml")]
    [InlineData("server --listen nonsense", "'nonsense'", "http://127.0.0.1:8080")]
    [InlineData("lock", "exactly one of")]
    [InlineData("lock --list --brief", "exactly one of")]
    [InlineData("lock --list -a --owner me", "--all and --owner are mutually exclusive")]
    [InlineData("lock --unlock", "--unlock requires specific machines")]
    [InlineData("queue", "--machine_type names the queue")]
    [InlineData("queue -m x -s -r", "only one of")]
    [InlineData("queue -p -1", "--pause must be a number of seconds")]
    [InlineData("queue -m x --reason y", "--reason is only applicable with --pause")]
    [InlineData("queue -m x -b rabbit", "'rabbit' is not supported", "'beanstalk'")]
    [InlineData("queue -m x -b beanstalk", "Beanstalk queue information not found", "queue_host")]
    [InlineData("queue -m x -b @jobs.yaml", "only put into the queue file")]
    [InlineData("worker", "--tube")]
    [InlineData("worker -t x -a nowhere", "archive directory must exist", "nowhere")]
    [InlineData("dispatcher -t x -a nowhere", "archive directory must exist", "nowhere")]
    [InlineData("supervisor -a . --bin-path . --job-config nowhere", "there is no such file")]
    [InlineData("supervisor -a . --bin-path . --job-config a.yaml", "no name of a run")]
    [InlineData("kill", "what to kill?")]
    [InlineData("kill -J 7", "--jobspec must be RUN/JOB, not '7'")]
    [InlineData("kill -r nobody-ran-this", "there is no run nobody-ran-this")]
    [InlineData("kill -r x -j 7 -p", "--preserve-queue is only applicable to a whole run")]
    [InlineData("lab up --lab loopback --nodes 0", "--nodes must be 1 or more")]
    [InlineData("lab up --lab loopback --nodes 1000", "1000", "TEUTHOLOGY_LAB_NODES")]
    [InlineData("lab up --lab cloud", "'cloud'")]
    [InlineData("lab ssh --lab loopback n77", "there is no machine n77", "lo1")]
    [InlineData("lab ssh --lab loopback lo1", "lo1 is not up", "teuthology lab up")]
    [InlineData("lab reimage --lab loopback lo1", "lo1 is held by nobody")]
    [InlineData("lab image --lab loopback path", "no image")]
    [InlineData("lab image paint", "'paint'")]
    [InlineData("run", "FILE")]
    [InlineData("run nowhere.yaml", "nowhere.yaml: there is no such file")]
    [InlineData("run state", "state: this is a directory; a job is a YAML file")]
    [InlineData("run a.yaml --timeout soon", "--timeout must be a number, not 'soon'")]
    [InlineData("run a.yaml -a /proc/none/x", "the archive directory /proc/none/x cannot be made or written to: ", "Name a directory")]
    [InlineData("run slip.yaml", "slip.yaml:1:1: unknown key 'task'; did you mean 'tasks'?")]
    [InlineData("run a.yaml --name 123", "more descriptive")]
    [InlineData("run a.yaml --block", "the --block option is only supported with the --lock option")]
    [InlineData("run targets.yaml --lock", "targets.yaml:1:1: You cannot specify targets in a config file when using the --lock option")]
    [InlineData("targets.yaml", "targets.yaml:1:1: 2 targets are needed for all roles but found 1 listed.")]
    [InlineData("run kernel.yaml", "kernel.yaml:2:3: kernel installation should be a base-level item, not part of the tasks list")]
    [InlineData("suite expand", "SUITE")]
    [InlineData("suite expand rbd", "there is no suite rbd here", "--suite-dir")]
    [InlineData("suite expand rbd --suite-dir nowhere", "nowhere: there is no such directory")]
    [InlineData("suite expand rbd --suite-dir .", "there is no suite rbd", "state")]
    [InlineData("suite expand state --suite-dir .", "the suite state is empty")]
    [InlineData("suite expand state --suite-dir . --subset 5", "the subset '5'")]
    [InlineData("suite expand state --suite-dir . --subset 5/3", "there is no subset 5/3")]
    [InlineData("suite expand state --suite-dir . --seed x", "the seed 'x'")]
    [InlineData("suite expand state --suite-dir . --limit -1", "--limit must be 0 or more")]
    public async Task Line_ThatMakesNoSense_IsOneLineAndExitCode2(string line, params string[] parts)
    {
        Directory.CreateDirectory(_cli.State);
        _cli.Write("a.yaml", "tasks: []\n");
        _cli.Write("targets.yaml", "targets: {me@there: }\nroles: [[a.0], [a.1]]\n");
        _cli.Write("slip.yaml", "task: []\n");
        _cli.Write("kernel.yaml", "tasks:\n- kernel:\n");

        (await _cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).AssertBadInput(parts);
    }

    [Theory]
    [InlineData("tasks: [\n", "bad.yaml:2:")]
    [InlineData("- a\n", "bad.yaml: a job file holds a mapping")]
    public async Task Run_BrokenJobFile_NamesFileAndPlace(string content, string part)
    {
        _cli.Write("bad.yaml", content);

        (await _cli.RunAsync("run", "bad.yaml")).AssertBadInput(part);
    }

    [Fact]
    public async Task Error_WithVerbose_HasTheStackTrace()
    {
        var result = await _cli.RunAsync("ls", "nowhere", "-v");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("   at Teuthology.", result.Error, StringComparison.Ordinal);
    }
}
