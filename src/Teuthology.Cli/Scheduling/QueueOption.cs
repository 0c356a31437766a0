using System.CommandLine;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>Which queue jobs go to.</summary>
internal sealed class QueueOption(Terminal terminal)
{
    private SiteConfig? _site;

    /// <summary>The option itself.</summary>
    public Option<string?> Backend { get; } = new("--queue-backend", "-b")
    {
        HelpName = "QUEUE",
        Description = "store, beanstalk, or @FILE to append jobs to a file (default beanstalk where ~/.teuthology.yaml has queue_host, else store)",
    };

    /// <summary>The site's configuration.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public SiteConfig Site => _site ??= SiteConfig.Load(terminal.Environment);

    /// <summary>Opens the queue that the line, or the site, chose.</summary>
    /// <param name="line">The line.</param>
    /// <exception cref="ConfigurationException">There is no such queue.</exception>
    public IJobQueue Open(ParseResult line) => Open(Name(line), Site);

    /// <summary>Opens the queue that the line, or the site, chose.</summary>
    /// <param name="line">The line.</param>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">There is no such queue.</exception>
    public IJobQueue Open(ParseResult line, SiteConfig site) => Open(Name(line), site);

    /// <summary>Opens a queue.</summary>
    /// <param name="backend">As <see cref="QueueBackend.Open"/> takes it.</param>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">There is no such queue.</exception>
    public IJobQueue Open(string? backend, SiteConfig site) =>
        QueueBackend.Open(backend, site, terminal.Environment, LabSettings.Read(terminal, null).StateDirectory, terminal.Time);

    /// <summary>What the line chose, a file's path in full; null for the site's choice.</summary>
    /// <param name="line">The line.</param>
    public string? Name(ParseResult line) => line.GetValue(Backend) is ['@', .. { Length: > 0 } file] ? $"@{terminal.FullPath(file)}" : line.GetValue(Backend);

    /// <summary>Whether jobs only go into a file, which nobody reports of.</summary>
    /// <param name="line">The line.</param>
    public bool IsFile(ParseResult line) => line.GetValue(Backend) is ['@', ..];
}
