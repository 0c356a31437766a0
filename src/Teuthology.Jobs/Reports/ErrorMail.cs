using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>The key <c>email-on-error</c>: an address that learns of a job that failed, with its summary and its configuration.</summary>
internal static class ErrorMail
{
    private const string Sender = "Teuthology";

    public static async Task SendAsync(JobContext job, YamlMap summary, JobResult result, CancellationToken cancellationToken)
    {
        if (job.Config.Get("email-on-error") is not string to || result.Status is not (JobStatus.Fail or JobStatus.Dead))
            return;
        var log = job.Loggers.CreateLogger("teuthology.mail");
        await new Mailer(job.Options.Site, log).SendAsync(
            Sender, to, $"Teuthology error -- {result.FailureReason}", YamlDumper.Dump(summary) + "\n" + YamlDumper.Dump(job.Config), cancellationToken);
    }
}
