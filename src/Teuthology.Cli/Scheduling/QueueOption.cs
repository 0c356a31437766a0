using System.CommandLine;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>Which queue jobs go to.</summary>
internal sealed class QueueOption(Terminal terminal)
{
    /// <summary>The option itself.</summary>
    public Option<string?> Backend { get; } = new("--queue-backend", "-b")
    {
        HelpName = "QUEUE",
        Description = "store, beanstalk, or @FILE to append jobs to a file (default beanstalk where ~/.teuthology.yaml has queue_host, else store)",
    };

    /// <summary>Opens the queue that the line, or the site, chose.</summary>
    /// <param name="line">The line.</param>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">There is no such queue.</exception>
    public IJobQueue Open(ParseResult line, SiteConfig site)
    {
        var backend = line.GetValue(Backend);
        return QueueBackend.Open(
            backend is ['@', .. var file] ? $"@{terminal.FullPath(file)}" : backend,
            site,
            terminal.Environment,
            LabSettings.Read(terminal, null).StateDirectory,
            terminal.Time);
    }

    /// <summary>Whether jobs only go into a file, which nobody reports of.</summary>
    /// <param name="line">The line.</param>
    public bool IsFile(ParseResult line) => line.GetValue(Backend) is ['@', ..];
}
