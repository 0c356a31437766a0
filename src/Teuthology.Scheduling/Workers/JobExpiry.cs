using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>Whether a job waited for too long, by upstream's rule: <c>timestamp</c> and the site's <c>max_job_age</c>, or <c>expire</c>.</summary>
public static class JobExpiry
{
    private const long TwoWeeks = 1209600;

    /// <summary>Why a job is expired; null for one that is not.</summary>
    /// <param name="job">The job.</param>
    /// <param name="site">The site: <c>max_job_age</c>, two weeks unless it says.</param>
    /// <param name="now">The time.</param>
    public static string? Of(YamlMap job, SiteConfig site, DateTimeOffset now)
    {
        var age = site.All.Get("max_job_age") switch { long seconds => seconds, _ => TwoWeeks };
        if (Read(job.Get("timestamp")) is { } put && (now - put).TotalSeconds > age)
            return $"{job.Get("timestamp")} was more than {age} s ago";
        return Read(job.Get("expire")) is { } end && end < now ? $"{job.Get("expire")} is in the past" : null;
    }

    private static DateTimeOffset? Read(object? value) => value switch
    {
        DateTimeOffset moment => moment,
        DateTime moment => new DateTimeOffset(moment, TimeSpan.Zero),
        string text when DateTimeOffset.TryParse(text.Replace('_', 'T'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) => moment,
        _ => null,
    };
}
