using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Where the tools for machines and locks look: <c>--server</c>, else <c>lock_server</c> of the site's configuration, else the store of this host.</summary>
internal sealed class DirectoryOption(Terminal terminal)
{
    private SiteConfig? _site;

    /// <summary>The word that stands for the store of this host although a server is configured.</summary>
    private const string Local = "local";

    /// <summary>The option itself.</summary>
    public Option<string?> Server { get; } = new("--server")
    {
        HelpName = "URL",
        Description = "Lock server to ask, or `local` for the store of this host (default lock_server of ~/.teuthology.yaml, else local)",
    };

    /// <summary>The site's configuration.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public SiteConfig Site => _site ??= SiteConfig.Load(terminal.Environment);

    /// <summary>Opens what the line, or the site, chose.</summary>
    /// <param name="line">The line.</param>
    /// <param name="tries">How often a server is asked that does not answer.</param>
    /// <exception cref="ConfigurationException">The address makes no sense.</exception>
    public INodeDirectory Open(ParseResult line, int tries = 10)
    {
        var url = line.GetValue(Server) is { Length: > 0 } asked ? asked : Site.LockServer;
        return url is null or Local
            ? StoreDirectory.Open(LabSettings.ReadWithStore(terminal), terminal.Time)
            : new ServerDirectory(
                new HttpClient { Timeout = TimeSpan.FromSeconds(100) },
                url,
                new ServerPatience { Tries = tries, Time = terminal.Time, Progress = new LineProgress(terminal.Error) });
    }

    /// <summary>Names as the directory has them: without a user, with the lab's domain.</summary>
    /// <param name="names">As people write them: <c>smithi001</c>, <c>ubuntu@smithi001.example.com</c>.</param>
    public IReadOnlyList<string> FullNames(IEnumerable<string> names) => [.. names.Select(name => Target.FullName(name, Site)).Distinct(StringComparer.Ordinal)];

    /// <summary>Names of all machines, for completion.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IEnumerable<string>> NamesAsync(ParseResult line, CancellationToken cancellationToken)
    {
        await using var directory = Open(line, tries: 1);
        return (await directory.ListAsync(NodeQuery.All, cancellationToken)).Select(node => node.Name);
    }
}
