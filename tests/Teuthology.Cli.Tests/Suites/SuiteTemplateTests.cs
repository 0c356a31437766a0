using System.Text.Json.Nodes;
using Snapshooter.Xunit;

namespace Teuthology.Cli.Tests;

public sealed class SuiteTemplateTests : IDisposable
{
    private const string Sha1 = "4a7fdfd0c0ffee00112233445566778899aabbcc";
    private readonly Cli _cli = new();

    public SuiteTemplateTests()
    {
        foreach (var (path, content) in new Dictionary<string, string>
        {
            ["qa/suites/fleet/%"] = "",
            ["qa/suites/fleet/crew/few.yaml"] = "overrides:\n  workunit: {branch: own, sha1: own}\n  ceph: {log-ignorelist: [gone], conf: {osd: {debug osd: 20}}}\ntasks:\n- install:\n    sha1: kept\n- ceph:\n",
            ["qa/suites/fleet/crew/many.yaml"] = "sha1: not kept\ntasks:\n- install: {valgrind: true}\ntargets: {a@b: null}\n",
            ["qa/suites/fleet/os/centos.yaml"] = "os_type: centos\nos_version: '9.stream'\n",
            ["qa/suites/fleet/os/ubuntu.yaml"] = "os_type: ubuntu\nos_version: '22.04'\n",
            ["qa/suites/arks/%"] = "",
            ["qa/suites/arks/a/arch.yaml"] = "exclude_arch: x86_64\n",
            ["qa/suites/arks/a/os.yaml"] = "exclude_os_type: ubuntu\n",
            ["qa/suites/arks/b/centos.yaml"] = "os_type: centos\n",
            ["qa/suites/arks/b/ubuntu.yaml"] = "os_type: ubuntu\n",
            ["qa/.teuthology_branch"] = "steady\n",
            ["more.yaml"] = "tasks:\n- print: done\noverrides:\n  ceph: {conf: {osd: {debug osd: 30}}}\nname: mine\n",
        })
            _cli.Write(path, content);
    }

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("full", "-k", "testing", "--kernel-sha1", "c0ffee0", "--kdb", "no", "-f", "crimson", "-d", "ubuntu", "-D", "jammy", "--owner", "me@lab", "-e", "me@example.org",
        "-p", "70", "--suite-branch", "wip", "--ceph-repo", "me/ceph", "--expire", "2099-01-02T03:04:05", "--rocketchat", "@me", "--sleep-before-teardown", "60", "-t", "v2", "--subset", "0/1", "more.yaml")]
    public async Task Expand_Template_IsWhatUpstreamSchedules(string name, params string[] options)
    {
        var result = await ExpandAsync(["fleet", "--template", "-m", "smithi,mira", "--sha1", Sha1, "--suite-sha1", new string('5', 40), "--name", "me-run", "--seed", "7", .. options]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var text = string.Join('\n', result.Output.Split('\n').Select(line =>
            line.StartsWith("timestamp: ", StringComparison.Ordinal) ? "timestamp: WHEN" :
            line.StartsWith("user: ", StringComparison.Ordinal) ? "user: WHO" :
            line.StartsWith("owner: scheduled_", StringComparison.Ordinal) ? "owner: scheduled_WHO" : line));
        Snapshot.Match(text, $"SuiteTemplateTests.{name}");
    }

    [Theory]
    [InlineData("x86_64", 1, "Skipping due to excluded_arch: x86_64 facets arks/{a/arch b/centos}")]
    [InlineData("aarch64", 3, "Skipping due to excluded_os_type: ubuntu facets arks/{a/os b/ubuntu}")]
    public async Task Expand_JobsThatExcludeSomething_AreLeftOutAndNamed(string arch, int count, string line)
    {
        var result = await ExpandAsync("arks", "--arch", arch, "--json");

        Assert.Equal(count, result.Lines.Count);
        Assert.Contains(line, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expand_FilesWithoutTemplate_AreMergedOverTheFragmentsAlone()
    {
        var result = await ExpandAsync("fleet", "more.yaml", "--filter", "few,ubuntu", "--json", "-l", "1");

        var config = JsonNode.Parse(Assert.Single(result.Lines))!["config"]!;
        Assert.Equal("""{"ceph":{"conf":{"osd":{"debug osd":30}},"log-ignorelist":["gone"]},"workunit":{"branch":"own","sha1":"own"}}""", config["overrides"]!.ToJsonString());
        Assert.Equal("""[{"install":{"sha1":"kept"}},{"ceph":null},{"print":"done"}]""", config["tasks"]!.ToJsonString());
        Assert.Null(config["priority"]);
    }

    [Theory]
    [InlineData("File not found: ", "nowhere.yaml")]
    [InlineData("list.yaml:1:1: a file that goes over jobs is a mapping", "list.yaml")]
    [InlineData("broken.yaml:", "broken.yaml")]
    [InlineData("clash.yaml:1:1: cannot merge a mapping into a list for 'tasks'", "clash.yaml")]
    [InlineData("not a ubuntu version or codename", "-d", "ubuntu", "-D", "stone")]
    [InlineData("name its commit with --kernel-sha1", "-k", "testing")]
    [InlineData("the expiration date is in the past", "--expire", "2001-01-01")]
    [InlineData("Offsets must either be", "--expire", "soon")]
    [InlineData("--kdb is yes or no", "--kdb", "perhaps")]
    [InlineData("'multi' is not a valid machine_type", "-m", "multi")]
    public async Task Expand_BadTemplate_IsOneErrorAndExits2(string error, params string[] options)
    {
        _cli.Write("list.yaml", "- 1\n");
        _cli.Write("broken.yaml", "a: [\n");
        _cli.Write("clash.yaml", "tasks: {a: b}\n");

        var result = await ExpandAsync(["fleet", .. options]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(error, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private Task<CliResult> ExpandAsync(params string[] arguments) => _cli.RunAsync(["suite", "expand", .. arguments, "--suite-dir", "."]);
}
