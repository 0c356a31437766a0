using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Sentry;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// Tells the site's Sentry (<c>sentry_dsn</c>) of a job's first failure: upstream's tags, the job's configuration without its targets' keys, the address of its
/// logs, and the failure's fingerprint. The summary's <c>sentry_event</c> links to it. A failure that cannot be told is a warning in the log.
/// </summary>
internal sealed class SentryReport(JobContext job)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string[] Tags = ["teuthology_branch", "branch", "suite", "machine_type", "os_type", "os_version"];
    private readonly ILogger _log = job.Loggers.CreateLogger("teuthology.util.sentry");

    /// <param name="error">The failure.</param>
    /// <param name="task">The task that failed; null for the job itself.</param>
    public async Task SendAsync(Exception error, string? task)
    {
        if (job.Options.Site.SentryDsn is not { } dsn)
            return;
        try
        {
            var troubles = new SentryTroubles();
            using var client = new SentryClient(new SentryOptions
            {
                Dsn = dsn,
                AutoSessionTracking = false,
                Debug = true,
                DiagnosticLogger = troubles,
                ShutdownTimeout = Patience,
                IsGlobalModeEnabled = false,
            });
            var id = client.CaptureEvent(EventOf(error, task));
            await client.FlushAsync(Patience);
            if (troubles.First is { } trouble)
                throw new HttpRequestException(trouble);
            var link = job.Options.Site.SentryServer is { } server ? $"{server.Trim('/')}/?query={id}" : id.ToString();
            job.Summary["sentry_event"] = link;
            JobLog.Note(_log, $" Sentry event: {link}");
        }
        catch (Exception e)
        {
            JobLog.Warn(_log, $"Sentry was not told of the failure: {e.Message}");
        }
    }

    private SentryEvent EventOf(Exception error, string? task)
    {
        var told = new SentryEvent(error) { ServerName = Environment.MachineName, Logger = "teuthology.run_tasks" };
        if (task is not null)
            told.SetTag("task", task);
        told.SetTag("owner", job.Owner);
        foreach (var key in Tags)
        {
            if (job.Config.Get(key) is { } value)
                told.SetTag(key, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
        }

        told.SetExtra("config", JsonNode.Parse(CanonicalJson.Write(Redacted())));
        if (job.Options.Site.ArchiveServer is { } archives)
            told.SetExtra("logs", $"{archives.TrimEnd('/')}/{job.Spec.RunName}/{job.Spec.JobId}/");
        if ((error as TeuthologyException)?.Fingerprint is { Count: > 0 } fingerprint)
            told.SetFingerprint(fingerprint);
        return told;
    }

    private YamlMap Redacted()
    {
        var config = (YamlMap)YamlCopy.DeepCopy(job.Config)!;
        if (config.Get("targets") is YamlMap targets)
        {
            foreach (var name in targets.Keys.ToList())
                targets[name] = "<redacted>";
        }

        return config;
    }
}
