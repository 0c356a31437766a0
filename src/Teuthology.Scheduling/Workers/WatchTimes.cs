namespace Teuthology.Scheduling;

/// <summary>How long the watch over a job waits for what, by the site's configuration.</summary>
public sealed record WatchTimes
{
    /// <summary><c>watchdog_interval</c>: between two signs of life to the results.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><c>max_job_grace</c>: how long after <c>max_job_time</c> a job has to end itself.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>unwind_time</c>: how long a job that was told to stop may take to unwind.</summary>
    public TimeSpan Unwind { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>log_fetch_time</c>: how long the logs of a job's machines may take that does not fetch them itself.</summary>
    public TimeSpan Fetch { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Reads them.</summary>
    /// <param name="site">The site's configuration; seconds.</param>
    /// <exception cref="ConfigurationException">A value makes no sense.</exception>
    public static WatchTimes Of(SiteConfig site)
    {
        var usual = new WatchTimes();
        return new WatchTimes
        {
            Heartbeat = Seconds("watchdog_interval", 1, usual.Heartbeat),
            Grace = Seconds("max_job_grace", 0, usual.Grace),
            Unwind = Seconds("unwind_time", 0, usual.Unwind),
            Fetch = Seconds("log_fetch_time", 1, usual.Fetch),
        };

        TimeSpan Seconds(string key, long least, TimeSpan otherwise) => TimeSpan.FromSeconds(SiteNumber.Whole(site, key, least, 7 * 86400, (long)otherwise.TotalSeconds));
    }
}
