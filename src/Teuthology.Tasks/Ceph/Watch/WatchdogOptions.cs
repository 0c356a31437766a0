using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>The job's key <c>watchdog</c>.</summary>
/// <param name="DaemonTimeout">How long a daemon may be away that nobody stopped, <c>daemon_timeout</c>.</param>
/// <param name="RestartsNormal">Whether one that ended with status 0 is started again, <c>daemon_restart: normal</c>.</param>
public sealed record WatchdogOptions(TimeSpan DaemonTimeout, bool RestartsNormal)
{
    /// <summary>Reads it.</summary>
    /// <param name="job">The job's configuration.</param>
    /// <exception cref="ConfigurationException">A value makes no sense.</exception>
    public static WatchdogOptions Read(YamlMap job)
    {
        var map = job.Get("watchdog") switch
        {
            null => [],
            YamlMap section => section,
            _ => throw new ConfigurationException("'watchdog' must be a mapping", job.MarkOf("watchdog")),
        };
        var seconds = map.Get("daemon_timeout") switch
        {
            null => 300,
            long whole and > 0 => whole,
            double part and > 0 => part,
            _ => throw new ConfigurationException("'watchdog.daemon_timeout' must be a number of seconds", map.MarkOf("daemon_timeout")),
        };
        var restart = map.Get("daemon_restart") switch
        {
            null or false or "no" => false,
            "normal" => true,
            _ => throw new ConfigurationException("'watchdog.daemon_restart' must be 'no' or 'normal'", map.MarkOf("daemon_restart")),
        };
        return new WatchdogOptions(TimeSpan.FromSeconds(seconds), restart);
    }
}
