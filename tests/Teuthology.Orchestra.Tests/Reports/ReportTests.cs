using Teuthology.Yaml;

namespace Teuthology.Orchestra.Tests;

/// <summary>Texts and YAML are those that upstream's scanners gave for the same files.</summary>
public sealed class ReportTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-reports-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [SkippableFact]
    public async Task RunUnitTestAsync_ReportsOfFailures_SaysWhatUpstreamSays()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        Write("a.xml", $"""
            <?xml version="1.0"?>
            <testsuites tests="3"><testsuite name="s">
            <testcase name="t1" classname="Suite.One"><failure message="  {new string('x', 250)}" type="">text</failure></testcase>
            <testcase name="t2" classname="Suite.One"/>
            <testcase name="t3" classname="Suite.Two"><error message="boom"/><failure/></testcase>
            </testsuite></testsuites>
            """);
        Write("b.xml", "<testsuite><testcase name='t4'><failure message='fü &quot;q&quot;'/></testcase></testsuite>");
        Write("c.xml", "<testsuite><testcase name='good'/></testsuite>");
        Write("d.xml", "<testsuite><testcase");
        var yaml = Path.Combine(directory, "out.yaml");
        await File.WriteAllTextAsync(yaml, "- before: 1\n");
        var error = await Assert.ThrowsAsync<UnitTestException>(() => remote.RunUnitTestAsync(RemoteCommand.Script("exit 7") with { Label = "my tests" }, directory + "/*.xml", yaml, default));
        Assert.Equal($"Unit test failed (my tests) on smithi001 with status 7: '(total 3 failed) FAILURE: Test `t1` of `Suite.One`. Reason: {new string('x', 198)}....'", error.Message);
        Assert.Equal(Expected.Replace("DIR", directory).Replace("XXX", new string('x', 250)), await File.ReadAllTextAsync(yaml));
        Assert.Contains(log.Lines, line => line.StartsWith($"{directory}/d.xml: ", StringComparison.Ordinal));
        Assert.Equal(7, error.ExitStatus);
    }

    [SkippableFact]
    public async Task RunUnitTestAsync_NoReportTells_IsTheCommandsError()
    {
        await using var remote = sshd.Remote();
        Write("good.xml", "<testsuite/>");
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunUnitTestAsync(RemoteCommand.Args("false"), directory + "/*.xml", null, default));
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunUnitTestAsync(RemoteCommand.Args("false"), "/nowhere/*.xml", null, default));
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunUnitTestAsync(RemoteCommand.Args("false"), null, null, default));
        Assert.Equal(0, (await remote.RunUnitTestAsync(RemoteCommand.Args("true"), null, null, default)).ExitStatus);
    }

    [SkippableFact]
    public async Task ValgrindScanner_AnError_IsToldByItsFirstFunctions()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var frames = string.Concat(Enumerable.Range(1, 7).Select(i => $"<frame><ip>0x1</ip>{(i == 2 ? "" : $"<fn>f{i}</fn>")}<dir>/src</dir><file>x{i}.cc</file><line>{i}</line></frame>"));
        Write("v.log", $"<valgrindoutput><error><unique>0x0</unique><kind>Leak_DefinitelyLost</kind><stack>{frames}</stack></error><error><kind>Second</kind></error></valgrindoutput>");
        Write("w.log", "<valgrindoutput/>");
        var scanner = new ValgrindScanner(remote);
        Assert.Equal(["valgrind error: Leak_DefinitelyLost\nf1\n\nf3"], await scanner.ScanAsync(directory + "/*.log", sudo: false, default));
        var facts = (YamlMap)Assert.Single(scanner.Summary)!;
        Assert.Equal(("Leak_DefinitelyLost", directory + "/v.log", 5), (facts["kind"], facts["file_path"], ((YamlList)facts["traceback"]!).Count));
        var yaml = Path.Combine(directory, "v.yaml");
        await scanner.WriteSummaryAsync(yaml, default);
        Assert.StartsWith($"- file_path: {directory}/v.log\n  kind: Leak_DefinitelyLost\n  traceback:\n  - file: /src/x1.cc\n    function: f1\n    line: '1'\n  - file: /src/x2.cc\n    function: ''\n    line: '2'\n", await File.ReadAllTextAsync(yaml));
        await new ValgrindScanner(remote).WriteSummaryAsync(yaml, default);
        Assert.Contains("summary_data or yaml_file is empty!", log.Lines);
    }

    private const string Expected = """
        - before: 1
        - failed_testsuites:
            Suite.One:
            - kind: failure
              message: '  XXX'
              testcase: t1
            Suite.Two:
            - kind: error
              message: boom
              testcase: t3
            - kind: failure
              message: No message found in xml output, check logs.
              testcase: t3
          file_path: DIR/a.xml
          num_of_failures: 2
        - failed_testsuites:
            suite-name:
            - kind: failure
              message: "f\xFC \"q\""
              testcase: t4
          file_path: DIR/b.xml
          num_of_failures: 1

        """;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(directory, name), text);
}
