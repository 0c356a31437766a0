using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>Opens the queue that a site uses.</summary>
public static class QueueBackend
{
    /// <summary>The word for the queue in the site's own store.</summary>
    public const string Store = "store";

    /// <summary>The word for beanstalkd at <c>queue_host</c> and <c>queue_port</c> of the site's configuration.</summary>
    public const string Beanstalk = "beanstalk";

    private const string File = "queue.db";

    /// <summary>Opens it; nothing is asked before its first use.</summary>
    /// <param name="backend">
    /// <c>store</c>, <c>beanstalk</c>, or <c>@FILE</c>, to which jobs are only appended; null for beanstalkd where the site's configuration has
    /// <c>queue_host</c>, else the store: the database of <c>store</c> or TEUTHOLOGY_STORE, else <c>queue.db</c> in the state directory.
    /// </param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <param name="stateDirectory">Where the host keeps its state.</param>
    /// <param name="time">Clock.</param>
    /// <param name="policy">What becomes of a dead worker's job; null for what the site says, else the usual.</param>
    /// <exception cref="ConfigurationException">There is no such backend, or the configuration lacks what it needs.</exception>
    public static IJobQueue Open(string? backend, SiteConfig site, Func<string, string?> environment, string stateDirectory, TimeProvider time, QueuePolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        policy ??= Policy(site);
        var host = site.All.Get("queue_host") as string;
        return (backend ?? (string.IsNullOrEmpty(host) ? Store : Beanstalk)) switch
        {
            Store => new StoreQueue(StorePlace.Choose(environment, site, stateDirectory, File), policy, time),
            Beanstalk when !string.IsNullOrEmpty(host) && site.All.Get("queue_port") is { } port => new BeanstalkQueue(host, Port(site, port), policy, time),
            Beanstalk => throw new ConfigurationException($"Beanstalk queue information not found in {site.File ?? "~/.teuthology.yaml"}: it needs queue_host and queue_port"),
            ['@', .. { Length: > 0 } file] => new FileQueue(Path.GetFullPath(file)),
            _ => throw new ConfigurationException($"Provided schedule backend '{backend}' is not supported. Try 'beanstalk' or '@path-to-a-file'; 'store' is the site's own"),
        };
    }

    /// <summary>How often a job is tried and how long its worker may be silent: <c>job_attempts</c> and <c>job_lease</c> (seconds) of the site's configuration.</summary>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">A value makes no sense.</exception>
    public static QueuePolicy Policy(SiteConfig site)
    {
        var usual = new QueuePolicy();
        return new QueuePolicy
        {
            Attempts = (int)SiteNumber.Whole(site, "job_attempts", 1, 1000, usual.Attempts),
            Lease = TimeSpan.FromSeconds(SiteNumber.Whole(site, "job_lease", 5, 86400, (long)usual.Lease.TotalSeconds)),
        };
    }

    private static int Port(SiteConfig site, object port) => port switch
    {
        long number and > 0 and < 65536 => (int)number,
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 => number,
        _ => throw new ConfigurationException("'queue_port' must be a port's number, 1 to 65535", site.All.MarkOf("queue_port")),
    };
}
