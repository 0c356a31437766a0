using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Server.Tests;
using Teuthology.Testing;

namespace Teuthology.Cli.Tests;

/// <summary>What is done at the end of a run: its mail, over a real SMTP server, its note for reruns, and the look through its archive.</summary>
public sealed class ResultsMailTests : IDisposable
{
    private const string Run = "joe-2026-11-20_10:11:12-rados-main-distro-default-smithi";
    private const string LongReason = "Command failed (workunit test rados/test.sh) on smithi001 with status 1: 'mkdir -p -- /home/ubuntu/cephtest/mnt.0/client.0/tmp && cd -- /home/ubuntu/cephtest/mnt.0 && CEPH_CLI_TEST_DUP_COMMAND=1 CEPH_REF=0123456789abcdef0123456789abcdef01234567'\n\ttwo";
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [SkippableFact]
    public async Task Results_WithAnAddress_AreMailed()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await FillAsync(await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default));
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", $"smtp_server: {smtp.Address}\nresults_sending_email: lab@example.com\nresults_ui_server: http://ui.example.com\narchive_server: http://logs.example.com/\n");

        var result = await _cli.RunAsync("results", "--name", Run, "--archive-dir", Path.Combine(_cli.Directory, "archive", Run), "--email", "me@example.com", "--timeout", "60");

        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        var mail = Assert.Single(smtp.Mails);
        Assert.Contains("From: lab@example.com\n", mail);
        Assert.Contains("To: me@example.com\n", mail);
        Assert.Contains($"Subject: 2 fail, 1 dead, 2 pass in {Run}", mail.Replace("\n ", " ", StringComparison.Ordinal));
        Assert.Contains($"Test Run: {Run}\n", mail);
        Assert.Contains("[10]  rados/{c}\n", mail);
        Assert.Contains(" INFO:teuthology.results:Sending results to me@example.com: Test Run:", File.ReadAllText(Path.Combine(_cli.Directory, "archive", Run, "results.log")));
    }

    [SkippableFact]
    public async Task Results_KilledBetweenSendingAndNoting_AreMailedOnceMoreWithTheSameIdAndNoMore()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await FillAsync(await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default));
        var config = _cli.Write("site.yaml", "");
        string[] line = ["results", "--name", Run, "--archive-dir", Path.Combine(_cli.Directory, "archive", Run), "--email", "me@example.com"];

        // It takes the whole mail, and its client is gone before the answer.
        using var deadly = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        deadly.Start();
        await File.WriteAllTextAsync(config, $"smtp_server: {deadly.LocalEndpoint}\n");
        var start = TeuthologyProgram.Start(_cli.State, line);
        start.Environment["TEUTHOLOGY_CONFIG"] = config;
        using var process = System.Diagnostics.Process.Start(start)!;
        var drained = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var first = await TakeAndKillAsync(deadly, process);
        await process.WaitForExitAsync();
        await drained;
        Assert.Equal(137, process.ExitCode);

        await File.WriteAllTextAsync(config, $"smtp_server: {smtp.Address}\n");
        _cli.Environment["TEUTHOLOGY_CONFIG"] = config;
        Assert.Equal(0, (await _cli.RunAsync(line)).ExitCode);
        var third = await _cli.RunAsync(line);

        var mail = Assert.Single(smtp.Mails);
        Assert.Equal(first.Single(IsId), mail.Split('\n').Single(IsId));
        Assert.Equal(0, third.ExitCode);
        Assert.Contains("The results are not sent to me@example.com: they went ", third.Error, StringComparison.Ordinal);

        static bool IsId(string header) => header.StartsWith("Message-Id: ", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Results_MailServerWasAwayTwice_AreSentTheThirdTime()
    {
        await FillAsync(await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default));
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", "smtp_server: 127.0.0.1:1\n");
        string[] line = ["results", "--name", Run, "--archive-dir", Path.Combine(_cli.Directory, "archive", Run), "--email", "me@example.com"];

        foreach (var _ in Enumerable.Range(0, 3))
        {
            var result = await _cli.RunAsync(line);

            // What surely did not go out is no try.
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("teuthology: cannot send a mail to me@example.com by 127.0.0.1:1: ", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Results_MailServerIsAway_FailsAndSaysWhere()
    {
        await FillAsync(await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default));
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", "smtp_server: 127.0.0.1:1\n");

        var result = await _cli.RunAsync("results", Run, "--email", "me@example.com");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("teuthology: cannot send a mail to me@example.com by 127.0.0.1:1: ", result.Error);
    }

    [Fact]
    public async Task Results_Seed_IsNotedAsUpstreamReadsIt()
    {
        var archive = Path.Combine(_cli.Directory, "archive", Run);

        var result = await _cli.RunAsync("results", "--name", Run, "--archive-dir", archive, "--seed", "1234", "--subset", "1/100", "--no-nested-subset");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["subset: '1/100'", "no_nested_subset: True", "seed: '1234'"],
            File.ReadAllLines(Path.Combine(archive, "results.log")).Select(line => line.Split("INFO:teuthology.results:")[1]));
    }

    [SkippableFact]
    public async Task Results_DryRun_PrintTheMailThatUpstreamPrints()
    {
        using var upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr");
        await using var server = await EmptyServer.StartAsync();
        await FillAsync(server.Results);
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", $"results_server: {server.Url}\nresults_ui_server: http://ui.example.com/\narchive_server: http://logs.example.com/\n");
        foreach (var archive in new[] { "theirs", "ours" })
            Directory.CreateDirectory(Path.Combine(_cli.Directory, archive));
        string[] line = ["--dry-run", "--email", "me@example.com", "--name", Run, "--archive-dir"];

        var theirs = await upstream.RunAsync(
            "upstream_tool.py", ["results", .. line, Path.Combine(_cli.Directory, "theirs")], new Dictionary<string, string> { ["TEUTHOLOGY_CONFIG"] = _cli.Environment["TEUTHOLOGY_CONFIG"], ["HOME"] = _cli.Directory });
        var ours = await _cli.RunAsync(["results", .. line, Path.Combine(_cli.Directory, "ours")]);

        Assert.Equal((0, theirs.Output), (ours.ExitCode, ours.Output));
    }

    [SkippableFact]
    public async Task Scrape_OfAnArchive_WritesWhatUpstreamWrites()
    {
        using var upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "yaml");
        var archive = Path.Combine(_cli.Directory, "run");
        Job("1", "success: true", "");
        Job("2", "success: false\nfailure_reason: it broke", "");
        Job("3", "success: false\nfailure_reason: it breaks", "");
        Job("4", "success: false\nfailure_reason: \"Command crashed: 'ceph-osd'\"", Crash("osd/OSD.cc: 12: FAILED assert(x)"));
        Job("5", "success: false\nfailure_reason: \"another symptom of it\"", Crash("osd/OSD.cc: 12: FAILED assert(x)"));
        Job("6", "success: false\nfailure_reason: \"Command failed on n1 with status 124: 'adjust-ulimits timeout 3h /home/ubuntu/cephtest/workunit.client.0/cephtool/test.sh'\"", "");
        Job("7", "success: false\nfailure_reason: saw valgrind issues", "x ERROR:tasks.ceph:saw valgrind issue   <kind>Leak_Lost</kind> in /var/log/ceph/valgrind/osd.3.log.gz\nx   <kind>Bad</kind> in /var/log/mon.a.log.gz\n");
        Job("8", "success: false\nfailure_reason: \"Failed to fetch package version from http://x/y\"", "");
        Job("9", "success: false\nfailure_reason: \"Test failure: test_a (x)\"", "");
        Job("10", "success: false\nfailure_reason: \"Test failure: test_b (x)\"", "");

        // Upstream takes directories in the order that the disk gives them.
        const string script = "import os, sys; sys.path.insert(0, sys.argv[1]); real = os.listdir; os.listdir = lambda d: sorted(real(d), key=lambda n: (len(n), n)); from teuthology.scrape import Scraper; Scraper(sys.argv[2]).analyze()";
        File.WriteAllText(Path.Combine(upstream.Directory, "scrape_sorted.py"), script);
        var theirs = await upstream.RunAsync("upstream_script.py", ["scrape_sorted.py", archive], new Dictionary<string, string> { ["HOME"] = _cli.Directory });
        Assert.True(theirs.ExitCode == 0, theirs.Error);

        // Its own warning about the empty line behind grep's output is no result.
        var expected = File.ReadAllText(Path.Combine(archive, "scrape.log")).Replace("Misunderstood line: \n", "", StringComparison.Ordinal);
        var ours = await _cli.RunAsync("scrape", archive);

        Assert.Equal((0, expected), (ours.ExitCode, ours.Output));
        Assert.Equal(expected, File.ReadAllText(Path.Combine(archive, "scrape.log")));

        void Job(string id, string summary, string log)
        {
            _cli.Write($"run/{id}/config.yaml", $"description: suite/{{a{id} b}}\n");
            _cli.Write($"run/{id}/summary.yaml", summary + "\n");
            _cli.Write($"run/{id}/teuthology.log", $"begin\n{log}end\n");
        }

        static string Crash(string assertion) =>
            $"2026 INFO:tasks.ceph.osd.0.n1.stderr:{assertion}\n2026 INFO:tasks.ceph.osd.0.n1.stderr: ceph version 18.2.0\n2026 INFO:tasks.ceph.osd.0.n1.stderr: 1: (main()+0x1)\n2026 INFO:tasks.ceph.osd.0.n1.stderr: NOTE: a copy of the executable\n";
    }

    private static async Task<IReadOnlyList<string>> TakeAndKillAsync(System.Net.Sockets.TcpListener server, System.Diagnostics.Process client)
    {
        using var connection = await server.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(2));
        using var input = new StreamReader(connection.GetStream());
        await using var output = new StreamWriter(connection.GetStream()) { AutoFlush = true, NewLine = "\r\n" };
        await output.WriteLineAsync("220 here");
        while (await input.ReadLineAsync() is { } command)
        {
            var isData = command.StartsWith("DATA", StringComparison.OrdinalIgnoreCase);
            await output.WriteLineAsync(isData ? "354 go on" : "250 yes");
            if (!isData)
                continue;
            List<string> mail = [];
            while (await input.ReadLineAsync() is { } text && text != ".")
                mail.Add(text);
            client.Kill();
            return mail;
        }

        throw new InvalidOperationException("there was no mail");
    }

    private static async Task FillAsync(ResultsStore store)
    {
        foreach (var (id, status, reason) in new[] { ("11", "pass", null), ("12", "fail", LongReason), ("10", "fail", "it broke-down twice--really"), ("13", "dead", null), ("14", "pass", (string?)null) })
        {
            await store.SaveJobAsync(Run, id, new JsonObject
            {
                ["status"] = status, ["description"] = $"rados/{{{(char)('c' + (int.Parse(id) - 10))}}}", ["duration"] = 3725.6, ["failure_reason"] = reason, ["sentry_event"] = status == "fail" ? "http://sentry.example.com/?q=1" : null,
            }, default);
        }
    }
}
