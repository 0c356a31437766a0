using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Teuthology.Scheduling;
using Teuthology.Testing;
using Teuthology.Yaml;

namespace Teuthology.Cli.Tests;

/// <summary>Options of <c>teuthology suite -s</c> that change every job of a run, and who hears of a run that could not be queued.</summary>
public sealed class SuiteScheduleOptionsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private readonly Cli _cli = new() { Time = new FakeTimeProvider(Now) };

    public SuiteScheduleOptionsTests()
    {
        _cli.Write("tree/suites/tiny/%", "");
        for (var i = 0; i < 6; i++)
            _cli.Write($"tree/suites/tiny/tasks/{i}.yaml", $"tasks: [print: {i}]\n");
        _cli.Environment["HOME"] = _cli.Directory;
    }

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("2h", 2)]
    [InlineData("3d", 72)]
    public async Task Suite_Expire_IsInEveryJob(string expire, double hours)
    {
        var result = await ScheduleAsync("--expire", expire);

        Assert.Equal(0, result.ExitCode);
        var jobs = await JobsAsync();
        Assert.Equal(6, jobs.Count);
        Assert.All(jobs, job => Assert.Equal(Now.UtcDateTime.AddHours(hours), DateTime.ParseExact((string)job.Get("expire")!, "yyyy-MM-dd_HH:mm:ss", CultureInfo.InvariantCulture)));
        Assert.All(jobs, job => Assert.NotNull(JobExpiry.Of(job, SiteConfig.Empty, Now.AddHours(hours).AddSeconds(1))));
    }

    [Theory]
    [InlineData("2001-01-01_00:00:00", "Refusing to schedule because the expiration date is in the past: 2001-01-01_00:00:00")]
    [InlineData("soon", "Got: soon")]
    public async Task Suite_ExpireThatMakesNoSense_QueuesNothing(string expire, string message)
    {
        var result = await ScheduleAsync("--expire", expire);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(await JobsAsync());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3, "-l", "3")]
    [InlineData(2, 0, "-l", "5")]
    [InlineData(0, 5, "-l", "5", "-y")]
    public async Task Suite_SleepBeforeTeardown_KeepsFewMachinesUnlessThatIsMeant(int code, int jobs, params string[] arguments)
    {
        var result = await ScheduleAsync(["--sleep-before-teardown", "600", .. arguments]);

        Assert.Equal(code, result.ExitCode);
        var queued = await JobsAsync();
        Assert.Equal(jobs, queued.Count);
        Assert.All(queued, job => Assert.Equal(600L, job.Get("sleep_before_teardown")));
    }

    [SkippableTheory]
    [InlineData("-e", "me@example.com", "me@example.com")]
    [InlineData("-p", "999", "qa@example.com")]
    public async Task Suite_ThatCannotBeQueued_IsToldByMail(string option, string value, string recipient)
    {
        await using var smtp = await SmtpServer.StartAsync();
        _cli.Write(".teuthology.yaml", $"smtp_server: {smtp.Address}\nresults_sending_email: lab@example.com\nresults_email: qa@example.com\n");

        var result = await ScheduleAsync("--job-threshold", "2", option, value);

        Assert.Equal(1, result.ExitCode);
        var mail = Assert.Single(smtp.Mails).ReplaceLineEndings("\n").Replace("\n ", " ", StringComparison.Ordinal);
        Assert.Contains("\nSubject: Failed to schedule ", "\n" + mail, StringComparison.Ordinal);
        Assert.Contains($"\nTo: {recipient}\n", mail, StringComparison.Ordinal);
        Assert.Contains("Unable to schedule 6 jobs, too many jobs, when maximum 2 jobs allowed.", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suite_OfAPullRequest_IsTheMergeThatTheServerMade()
    {
        var suites = await GitRepository.MakeAsync(_cli, "suites.git", ("qa/suites/tiny/x.yaml", "tasks: [print: one]\n"));
        var ceph = await GitRepository.MakeAsync(_cli, "ceph.git", ("README", "one"));
        var merged = await suites.CommitAsync("refs/pull/7/merge", ("qa/suites/tiny/x.yaml", "tasks: [print: merged]\n"));
        _cli.Write(".teuthology.yaml", $"ceph_git_url: {ceph.Path}\nceph_qa_suite_git_url: {suites.Path}\nsrc_base_path: {_cli.Directory}/src\n");

        var result = await _cli.RunAsync("suite", "-s", "tiny", "--suite-branch", "refs/pull/7/merge");

        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        var job = Assert.Single(await JobsAsync());
        Assert.Equal(("refs/pull/7/merge", merged), (job.Get("suite_branch"), job.Get("suite_sha1")));
        Assert.Contains("merged", CanonicalJson.Write(job.Get("tasks")), StringComparison.Ordinal);
    }

    private Task<CliResult> ScheduleAsync(params string[] arguments) => _cli.RunAsync(["suite", "-s", "tiny", "--suite-dir", "tree", .. arguments]);

    /// <summary>The jobs that are queued, without the run's first and last.</summary>
    private async Task<List<YamlMap>> JobsAsync()
    {
        await using var queue = QueueBackend.Open("store", SiteConfig.Empty, _ => null, _cli.State, TimeProvider.System);
        return [.. (await queue.ListAsync(QueueQuery.All, default)).Select(entry => entry.Document).Where(job => job.Get("first_in_suite") is not true && job.Get("last_in_suite") is not true)];
    }
}
