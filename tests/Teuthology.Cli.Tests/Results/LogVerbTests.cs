using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.Cli.Tests;

public sealed class LogVerbTests : IDisposable
{
    private readonly Cli _cli = new();

    public LogVerbTests()
    {
        Event("00.000", "\"event\":\"job.started\"");
        Event("00.010", "\"event\":\"task.enter\",\"task\":\"internal.connect\",\"id\":1");
        Event("00.500", "\"event\":\"task.entered\",\"task\":\"internal.connect\",\"id\":1");
        Event("01.000", "\"event\":\"task.enter\",\"task\":\"install\",\"id\":2,\"path\":\"tasks[0]\"");
        Event("02.500", "\"event\":\"task.entered\",\"task\":\"install\",\"id\":2");
        Event("03.000", "\"event\":\"task.enter\",\"task\":\"parallel\",\"id\":3,\"path\":\"tasks[1]\",\"at\":\"job.yaml:7:3\"");
        Event("03.000", "\"event\":\"task.enter\",\"task\":\"print\",\"id\":4,\"parent\":3,\"path\":\"tasks[1].parallel[0]\"");
        Event("03.200", "\"event\":\"task.entered\",\"task\":\"print\",\"id\":4");
        Event("04.000", "\"event\":\"task.enter\",\"task\":\"exec\",\"id\":5,\"parent\":3,\"path\":\"tasks[1].parallel[1]\"");
        Event("05.000", "\"event\":\"task.entered\",\"task\":\"exec\",\"id\":5,\"error\":\"it broke\"");
        Event("05.100", "\"event\":\"task.entered\",\"task\":\"parallel\",\"id\":3,\"error\":\"it broke\"");
        _events.Append("{\"time\":\"2026-11-22T10:00:05.2"); // a crash leaves half a line
        _cli.Write("archive/run/7/events.jsonl", _events.ToString());
        _cli.Write("archive/run/7/summary.yaml", "status: fail\nsuccess: false\nduration: 6.5\ndescription: rbd/{x}\nfailure_reason: it broke\n");
        _cli.Write("archive/run/7/info.yaml", "cluster:\n  ubuntu@n1: {roles: [mon.a, osd.0]}\n  ubuntu@n2: {roles: [client.0]}\n");
        _cli.Write(
            "archive/run/7/teuthology.log",
            """
            2026-11-22T10:00:00.001 DEBUG:teuthology.run:Config:
            roles: []
            2026-11-22T10:00:01.000 INFO:teuthology.run_tasks:Running task install...
            2026-11-22T10:00:01.100 INFO:teuthology.orchestra.run.n1.stdout:unpacking
            2026-11-22T10:00:01.200 ERROR:teuthology.task.install:a passing error
            2026-11-22T10:00:03.100 INFO:teuthology.task.print:hello
            2026-11-22T10:00:04.100 DEBUG:teuthology.orchestra.run:n2> look> cat /x
            2026-11-22T10:00:04.200 INFO:teuthology.orchestra.run.n2.stderr:no such file
            2026-11-22T10:00:04.900 ERROR:teuthology.run_tasks:Saw exception from tasks. (exec)
            System.Exception: it broke
               at Somewhere.Deep()
            2026-11-22T10:00:06.000 INFO:teuthology.run:Duration was 6.5 seconds

            """.ReplaceLineEndings("\n"));
        Gzip("archive/run/7/remote/n1/log/ceph-osd.0.log.gz", "2026-11-22T12:00:04.150+0200 7f0 -1 osd.0 abort\n  a stack\n  of calls\n2026-11-22T12:00:04.160+0200 7f0 10 osd.0 chatter\n");
        Gzip("archive/run/7/remote/n2/syslog/misc.log.gz", "2026-11-22T10:00:01.150000+00:00 n2 dpkg: configured\nNov 22 10:00:04 n2 old: form\n");
        _cli.Write("archive/run/7/remote/n2/out.txt", "plain needle\n");
    }

    private readonly StringBuilder _events = new();

    [Fact]
    public async Task Log_OfAFailedJob_FoldsWhatWentWellAndMergesHostsByTime()
    {
        var result = await _cli.RunAsync("log", "run/7");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(
            $"""
            FAIL after 6.5 s  rbd/{"{x}"}
            {Path.Combine(_cli.Directory, "archive/run/7")}, started 2026-11-22 10:00:00 UTC
            ubuntu@n1: mon.a osd.0
            ubuntu@n2: client.0
            exec: it broke

            10:00:00.001    run            Config:
            10:00:00.010 ▸ internal.connect                     ok     0.49 s       0 lines
            10:00:01.000 ▸ install                              ok      1.5 s       4 lines, 1 of errors
            10:00:03.000 ▾ parallel  FAILED 2.1 s  (tasks[1], job.yaml:7:3)
            10:00:03.000   ▸ print                                ok      0.2 s       1 lines
            10:00:04.000   ▾ exec  FAILED 1.0 s  (tasks[1].parallel[1])
            10:00:04.000     n2 syslog/misc    n2 old: form
            10:00:04.100     n2 run            look> cat /x
            10:00:04.150     n1 ceph-osd.0     7f0 -1 osd.0 abort
            10:00:04.150     n1 ceph-osd.0       a stack
            10:00:04.150     n1 ceph-osd.0       of calls
            10:00:04.160     n1 ceph-osd.0     7f0 10 osd.0 chatter
            10:00:04.200     n2 stderr         no such file
            10:00:04.900        run_tasks      Saw exception from tasks. (exec)
            10:00:04.900                       System.Exception: it broke
            10:00:06.000    run            Duration was 6.5 seconds
            without times: remote/n2/out.txt (13 bytes)

            exec: it broke

            """.ReplaceLineEndings("\n"),
            result.Output);
    }

    [Theory]
    [InlineData("--unfold install", "unpacking|a passing error|dpkg: configured")]
    [InlineData("--no-fold", "roles: []|Running task install|at Somewhere.Deep")]
    [InlineData("--task tasks[0]", "unpacking|configured")]
    [InlineData("--grep needle|configured", "configured|plain needle")]
    [InlineData("--grep NEEDLE -i", "plain needle")]
    public async Task Log_Options_ShowMore(string options, string expected)
    {
        var result = await _cli.RunAsync(["log", "run/7", .. options.Split(' ')]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(expected.Split('|'), text => Assert.Contains(text, result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--host n1 --no-fold", "n2 ")]
    [InlineData("--since 10:00:04 --no-fold", "unpacking")]
    [InlineData("--until +2s --no-fold", "abort")]
    [InlineData("--task install", "abort")]
    [InlineData("--grep abort", "chatter")]
    public async Task Log_Options_ShowLess(string options, string hidden)
    {
        var result = await _cli.RunAsync(["log", "run/7", .. options.Split(' ')]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.DoesNotContain(hidden, string.Join('\n', result.Lines.Where(line => line.StartsWith("10:", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_GrepWithContext_ShowsNeighboursOfAllHosts()
    {
        var result = await _cli.RunAsync("log", "run/7", "--grep", "osd.0 abort|Duration", "-C", "1");

        Assert.Equal(
            ["look> cat /x", "osd.0 abort", "  a stack", "--", "   at Somewhere.Deep()", "Duration was 6.5 seconds"],
            result.Lines.Select(line => line == "--" ? line : line[(line.Length > 31 ? 31 : 0)..].Replace("7f0 -1 ", "")));
    }

    [Fact]
    public async Task Log_Json_IsOneObjectALine()
    {
        var result = await _cli.RunAsync("log", "run/7", "--json", "--no-fold");

        var told = result.Lines.Select(line => JsonNode.Parse(line)!).ToList();
        var abort = Assert.Single(told, t => ((string?)t["text"])?.Contains("abort") == true);
        Assert.Equal(("n1", "ceph-osd.0", "error", "exec", "2026-11-22T10:00:04.150000Z"), ((string)abort["host"]!, (string)abort["source"]!, (string)abort["level"]!, (string)abort["task"]!, (string)abort["time"]!));
    }

    [Fact]
    public async Task Log_OfUpstreamsArchive_FoldsByTheLogAlone()
    {
        _cli.Write("old/teuthology.log", """
            2016-05-05 10:00:00.000 INFO:teuthology.run_tasks:Running task install...
            2016-05-05 10:00:01.000 INFO:teuthology.orchestra.run.n1.stdout:quiet
            2016-05-05 10:00:02.000 INFO:teuthology.run_tasks:Running task ceph...
            2016-05-05 10:00:03.000 ERROR:teuthology.run_tasks:Saw exception from tasks.
            2016-05-05 10:00:04.000 DEBUG:teuthology.run_tasks:Unwinding manager ceph
            2016-05-05 10:00:05.000 INFO:teuthology.task.ceph:stopping

            """);

        var result = await _cli.RunAsync("log", "old");

        Assert.DoesNotContain("quiet", result.Output, StringComparison.Ordinal);
        Assert.Contains("▸ install", result.Output, StringComparison.Ordinal);
        Assert.Contains("▾ ceph  FAILED", result.Output, StringComparison.Ordinal);
        Assert.Contains("Saw exception", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "", "there is no such directory")]
    [InlineData("run/7/summary.yaml", "", "is a file")]
    [InlineData("run/7/remote", "", "no job's archive")]
    [InlineData("run", "", "is a run of 2 jobs; name one of them: 7 (fail)")]
    [InlineData("run/7", "--since yesterday", "'yesterday' is no time")]
    [InlineData("run/7", "--grep (", "--grep: ")]
    [InlineData("run/7", "--task nope", "no task nope; it has install, parallel, print, exec")]
    public async Task Log_BadInput_IsOneError(string archive, string options, string error)
    {
        _cli.Write("archive/run/8/teuthology.log", "");
        _cli.Write("archive/run/8/summary.yaml", "status: pass\n");
        (await _cli.RunAsync(["log", archive, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).AssertBadInput(error);
    }

    [Fact]
    public async Task Log_Follow_ShowsLinesAsTheyComeAndEndsWithTheJob()
    {
        var home = Path.Combine(_cli.Directory, "archive/run/9");
        _cli.Write("archive/run/9/teuthology.log", "2026-11-22T10:00:00.000 INFO:a:first\n");
        var running = _cli.RunAsync("log", "run/9", "--follow");
        await File.AppendAllTextAsync(Path.Combine(home, "teuthology.log"), "2026-11-22T10:00:01.000 INFO:a:sec");
        await Task.Delay(300);
        await File.AppendAllTextAsync(Path.Combine(home, "teuthology.log"), "ond\n");
        Assert.False(running.IsCompleted);
        _cli.Write("archive/run/9/summary.yaml", "status: pass\nsuccess: true\n");

        var result = await running.WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Contains("RUNNING", result.Output, StringComparison.Ordinal);
        Assert.Contains(" first\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(" second\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_OfALongLog_RunsInLittleMemory()
    {
        var file = _cli.Write("big/teuthology.log", "");
        await using (var writer = new StreamWriter(file))
        {
            for (var i = 0; i < 150_000; i++)
                await writer.WriteLineAsync($"2026-11-22T10:{i / 60_000:00}:{i / 1000 % 60:00}.{i % 1000:000} INFO:teuthology.orchestra.run.n1.stdout:line {i} of a long log that goes on and on, {i:x8}");
            await writer.WriteAsync("2026-11-22T11:00:00.000 INFO:a:" + new string('x', 8_000_000) + "\n2026-11-22T11:00:01.000 INFO:a:last needle\n");
        }

        var start = TeuthologyProgram.Start(_cli.State, "log", Path.GetDirectoryName(file)!, "--grep", "needle");
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x1800000"; // 24 MiB, in hex
        var result = await TeuthologyProgram.RunAsync(start);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.EndsWith("last needle\n", result.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _cli.Dispose();

    private void Event(string seconds, string rest) => _events.Append($"{{\"time\":\"2026-11-22T10:00:{seconds}Z\",{rest}}}\n");

    private void Gzip(string path, string content)
    {
        using var stream = new GZipStream(File.Create(_cli.Write(path, "")), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(content));
    }
}
