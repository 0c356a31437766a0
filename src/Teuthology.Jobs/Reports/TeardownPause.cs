using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>
/// The key <c>sleep_before_teardown</c>: seconds that a job's machines stay as its tasks left them. Who is under <c>email</c> and
/// <c>rocketchat</c> is told. Ctrl-C ends the sleep.
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
        var sleep = TimeSpan.FromSeconds(seconds);
        await NotifyAsync(new SleepNotice(job, sleep, entered));
        await Task.Delay(sleep, job.Time, job.Interruption.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task NotifyAsync(SleepNotice notice)
    {
        var cancelled = job.Interruption.Token;
        if (job.Config.Get("rocketchat") is string channels)
            await new RocketChat(job.Options.RocketChatSettings, _log).SendAsync(channels, notice.Chat(), cancelled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (job.Config.Get("email") is string to)
            await new Mailer(job.Options.Site, _log).SendAsync(job.Options.Site.ResultsSendingEmail, to, notice.Subject, notice.Mail(), cancelled);
    }
}
