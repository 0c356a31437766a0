using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>
/// The key <c>sleep_before_teardown</c>: seconds that a job's machines stay as its tasks left them. Who is under <c>email</c> is told.
/// Ctrl-C ends the sleep.
/// </summary>
internal sealed class TeardownPause(JobContext job)
{
    private const string Key = "sleep_before_teardown";
    private readonly ILogger _log = job.Loggers.CreateLogger("teuthology.run_tasks");

    /// <param name="entered">The tasks that wait to be unwound.</param>
    public async Task WaitAsync(IReadOnlyList<string> entered)
    {
        var seconds = job.Config.Get(Key) switch
        {
            long whole => whole,
            double number => number,
            string text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            _ => 0,
        };
        if (seconds <= 0 || job.Interruption.Reason is not null)
            return;

        JobLog.SleepBeforeTeardown(_log, seconds);
        if (job.Config.Get("rocketchat") is not null)
            JobLog.Warn(_log, "rocketchat: nobody is told there; only mail is sent");
        var sleep = TimeSpan.FromSeconds(seconds);
        await NotifyAsync(sleep, entered);
        await Task.Delay(sleep, job.Time, job.Interruption.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task NotifyAsync(TimeSpan sleep, IReadOnlyList<string> entered)
    {
        if (job.Config.Get("email") is not string to)
            return;
        var site = job.Options.Site;
        var date = job.Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var (run, id) = (job.Spec.RunName, job.Spec.JobId);
        var body = new StringBuilder()
            .AppendLine($"Job {run}/{id} sleeps before it is torn down; its machines can be looked at until then.").AppendLine()
            .AppendLine($"since:   {date} UTC")
            .AppendLine($"for:     {sleep} ({sleep.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s)")
            .AppendLine($"status:  {Summary.TextOf(job.Failures.Status)}{(job.Failures.Reason is { } reason ? $", {reason.Split('\n')[0]}" : "")}")
            .AppendLine($"owner:   {job.Owner}")
            .AppendLine($"suite:   {job.Config.Get("suite") ?? "-"}")
            .AppendLine($"about:   {job.Spec.Description ?? "-"}")
            .AppendLine($"tasks:   {string.Join('/', entered)}")
            .AppendLine($"hosts:   {string.Join(", ", job.Cluster.Remotes.Select(r => r.Name))}")
            .AppendLine($"logs:    {(site.ArchiveServer is { } url ? $"{url.TrimEnd('/')}/{run}/{id}/" : job.ArchivePath)}");
        if (site.ResultsUiServer is { } ui)
            body.AppendLine($"results: {ui.TrimEnd('/')}/{run}/{id}/");
        await new Mailer(site, _log).SendAsync(site.ResultsSendingEmail, to, $"teuthology job {run}/{id} has fallen asleep at {date}", body.ToString(), job.Interruption.Token);
    }
}
