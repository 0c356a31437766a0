namespace Teuthology.Jobs.Tests;

public sealed class MailTests
{
    [Fact]
    public async Task SleepBeforeTeardown_WithEmail_TellsOfTheSleepWhileTasksAreEntered()
    {
        await using var server = new SmtpSink().Start();
        using var host = Host(server);

        var result = await host.RunAsync("email: me@here, you@there\nsleep_before_teardown: 0.2\nsuite: rbd\ntasks:\n- test.step: {name: a, exits: [ok]}\n- test.step: {name: b}\n");

        Assert.Equal(JobStatus.Pass, result.Status);
        var mail = Assert.Single(server.Mails);
        Assert.Contains("MAIL FROM:<teuthology>", mail);
        Assert.Contains("RCPT TO:<me@here>", mail);
        Assert.Contains("RCPT TO:<you@there>", mail);
        Assert.Contains("Subject: teuthology job run/1 has fallen asleep at ", mail);
        Assert.Contains("status:  pass", mail);
        Assert.Contains("owner:   tester@host", mail);
        Assert.Contains("suite:   rbd", mail);
        Assert.Contains("http://archive/run/1/", mail);
        Assert.Contains("/test.step/test.step", mail);
        Assert.True(result.Duration > TimeSpan.FromSeconds(0.2));
        Assert.Contains("Sleeping for 0.2 seconds before unwinding because --sleep-before-teardown was given...", await LogAsync(result));
    }

    [Fact]
    public async Task SleepBeforeTeardown_CtrlC_EndsTheSleepAndUnwinds()
    {
        using var host = new JobHost();
        await using var session = await host.StartAsync("sleep_before_teardown: 3600\ntasks:\n- test.step: {name: a, exits: [ok]}\n");
        await session.RunAsync(host.Trace.Cancel.Token);
        var ending = session.UnwindAsync();
        await host.Trace.Cancel.CancelAsync();
        Assert.Equal(JobStatus.Pass, (await ending).Status);
        Assert.Equal(["enter a", "exit a/0"], host.Trace.Steps);
    }

    [Fact]
    public async Task EmailOnError_JobFails_SendsSummaryAndConfiguration()
    {
        await using var server = new SmtpSink().Start();
        using var host = Host(server);

        await host.RunAsync("email-on-error: qa@here\ntasks:\n- test.step: {name: a, enter: throw}\n");
        await host.RunAsync("email-on-error: qa@here\ntasks:\n- test.step: {name: fine}\n");

        var mail = Assert.Single(server.Mails);
        Assert.Contains("RCPT TO:<qa@here>", mail);
        Assert.Contains("Subject: Teuthology error -- enter a throws", mail);
        Assert.Contains("failure_reason: enter a throws", mail);
        Assert.Contains("email-on-error: qa@here", mail);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EmailOnError_ServerRefusesOrIsNotThere_IsAWarningOnly(bool there)
    {
        await using var server = new SmtpSink(refusing: true).Start();
        using var host = there ? Host(server) : new JobHost(change: o => o with { Site = SiteConfig.Empty with { SmtpServer = "127.0.0.1:1" } });
        var result = await host.RunAsync("email-on-error: qa@here\ntasks:\n- test.step: {name: a, enter: throw}\n");
        Assert.Equal((JobStatus.Fail, "enter a throws"), (result.Status, result.FailureReason));
        Assert.Contains("WARNING:teuthology.mail:The mail to qa@here was not sent: ", await LogAsync(result));
    }

    private static JobHost Host(SmtpSink server) => new(change: o => o with { Site = SiteConfig.Empty with { SmtpServer = server.Address, ArchiveServer = "http://archive/" } });

    private static Task<string> LogAsync(JobResult result) => File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
}
