using Teuthology.Jobs;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>What upstream's <c>teuthology-results</c> does at the end of a run: waits for its jobs, looks through its archive, mails the results.</summary>
/// <param name="results">Where the run is written down.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="log">Is told of the steps.</param>
/// <param name="time">Clock of the pauses.</param>
public sealed class RunResults(IResultsDirectory results, SiteConfig site, Action<string> log, TimeProvider time)
{
    /// <summary>How often the run is looked at while its jobs run.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Waits until no job is unfinished.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="timeout">For how long.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WaitAsync(string runName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout <= TimeSpan.Zero)
            return;
        var start = time.GetTimestamp();
        log($"Waiting up to {timeout.TotalSeconds:0} seconds for tests to finish...");
        while (true)
        {
            if (!(await results.JobsAsync(runName, cancellationToken)).Any(job => JobState.IsUnfinished(job.Status)))
            {
                log("Tests finished! gathering results...");
                return;
            }

            if (time.GetElapsedTime(start) > timeout)
            {
                log($"test(s) did not finish before timeout of {timeout.TotalSeconds:0} seconds");
                return;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Writes the mail about a run as it is now.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RunMail> WriteAsync(string runName, CancellationToken cancellationToken) =>
        RunMail.Write(runName, await results.JobsAsync(runName, cancellationToken), site);

    /// <summary>Sends the mail.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="to">Who gets it; commas between addresses.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the mail server does not take it.</exception>
    public Task SendAsync(RunMail mail, string to, CancellationToken cancellationToken) => SendAsync(mail, to, messageId: null, cancellationToken);

    /// <summary>Sends the mail as the one about its run: not when it went already, and at most twice when nobody knows whether it did.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="to">Who gets it; commas between addresses.</param>
    /// <param name="archive">Archive directory of the run, where that is noted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the mail server does not take it.</exception>
    public async Task SendOnceAsync(string runName, RunMail mail, string to, string archive, CancellationToken cancellationToken)
    {
        var note = new MailNote(archive, runName, to, time);
        if (await note.ClaimAsync(cancellationToken) is { } reason)
        {
            log($"The results are not sent to {to}: {reason} ({note.File}); without --archive-dir they are sent in any case");
            return;
        }

        try
        {
            await SendAsync(mail, to, note.MessageId, cancellationToken);
        }
        catch (TeuthologyException failure) when (SmtpMail.IsRefused(failure))
        {
            await note.TakeBackAsync(CancellationToken.None);
            throw;
        }

        await note.SentAsync(CancellationToken.None);
    }

    private async Task SendAsync(RunMail mail, string to, string? messageId, CancellationToken cancellationToken)
    {
        log($"Sending results to {to}: {mail.Body}");
        await new SmtpMail(site).SendAsync(site.ResultsSendingEmail, to, mail.Subject, mail.Body, messageId, cancellationToken);
    }
}
