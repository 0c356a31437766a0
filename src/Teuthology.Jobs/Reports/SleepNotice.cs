using System.Globalization;
using System.Text;

namespace Teuthology.Jobs;

/// <summary>What people are told of a job that sleeps before its teardown; upstream's facts.</summary>
/// <param name="job">The job.</param>
/// <param name="sleep">For how long it sleeps.</param>
/// <param name="entered">The tasks that wait to be unwound, the first one first.</param>
internal sealed class SleepNotice(JobContext job, TimeSpan sleep, IReadOnlyList<string> entered)
{
    private readonly string _date = job.Time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public string Subject => $"teuthology job {Id} has fallen asleep at {_date}";

    private string Id => $"{job.Spec.RunName}/{job.Spec.JobId}";

    private string Seconds => sleep.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private string Status => Summary.TextOf(job.Failures.Status);

    private object Suite => job.Config.Get("suite") ?? "-";

    private string Logs => job.Options.Site.ArchiveServer is { } url ? $"{url.TrimEnd('/')}/{Id}/" : job.ArchivePath + "/";

    private string? Results => job.Options.Site.ResultsUiServer is { } url ? $"{url.TrimEnd('/')}/{Id}/" : null;

    /// <summary>Plain text, for a mail.</summary>
    public string Mail()
    {
        var text = new StringBuilder()
            .AppendLine($"Job {Id} sleeps before it is torn down; its machines can be looked at until then.").AppendLine()
            .AppendLine($"since:   {_date} UTC")
            .AppendLine($"for:     {sleep} ({Seconds} s)")
            .AppendLine($"status:  {Status}{(job.Failures.Reason is { } reason ? $", {reason.Split('\n')[0]}" : "")}")
            .AppendLine($"owner:   {job.Owner}")
            .AppendLine($"suite:   {Suite}")
            .AppendLine($"about:   {job.Spec.Description ?? "-"}")
            .AppendLine($"tasks:   {string.Join('/', entered)}")
            .AppendLine($"hosts:   {string.Join(", ", job.Cluster.Remotes.Select(r => r.Name))}")
            .AppendLine($"logs:    {Logs}");
        if (Results is { } url)
            text.AppendLine($"results: {url}");
        return text.ToString();
    }

    /// <summary>Markdown, for a chat.</summary>
    public string Chat() => $"""
        Job {(Results is { } url ? $"[{job.Spec.JobId}]({url})" : job.Spec.JobId)} of suite *{Suite}*, owned by {job.Owner}, sleeps since {_date} UTC for {sleep} ({Seconds} seconds); status: *{Status}*
        [teuthology.log]({Logs}teuthology.log), [all logs]({Logs})
        Description: {job.Spec.Description ?? "-"}
        Run: {job.Spec.RunName}
        Tasks: {string.Join(" -> ", entered)}
        """;
}
