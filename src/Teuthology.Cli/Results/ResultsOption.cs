using System.CommandLine;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Where the tools for runs and jobs look: <c>--server</c>, else <c>results_server</c> of the site's configuration, else the store of this site.</summary>
/// <param name="terminal">Looks up variables.</param>
/// <param name="letter">Short name of the option; null where it means something else.</param>
internal sealed class ResultsOption(Terminal terminal, string? letter = "-s")
{
    private SiteConfig? _site;

    /// <summary>The option itself.</summary>
    public Option<string?> Server { get; } = new("--server", letter is null ? [] : [letter])
    {
        HelpName = "URL",
        Description = "Results server to ask, or `local` for the store of this host (default results_server of ~/.teuthology.yaml, else local)",
    };

    /// <summary>The site's configuration.</summary>
    /// <exception cref="ConfigurationException">It makes no sense.</exception>
    public SiteConfig Site => _site ??= SiteConfig.Load(terminal.Environment);

    /// <summary>Opens what the line, or the site, chose.</summary>
    /// <param name="line">The line.</param>
    /// <param name="cancellationToken">Stops waiting for the store.</param>
    /// <param name="tries">How often a server is asked that does not answer.</param>
    /// <exception cref="ConfigurationException">The address makes no sense.</exception>
    public Task<IResultsDirectory> OpenAsync(ParseResult line, CancellationToken cancellationToken, int tries = 10) =>
        OpenAsync(line.GetValue(Server), cancellationToken, tries);

    /// <summary>Opens what was asked for, or the site chose.</summary>
    /// <param name="asked">A URL, <c>local</c>, or null for the site's choice.</param>
    /// <param name="cancellationToken">Stops waiting for the store.</param>
    /// <param name="tries">How often a server is asked that does not answer.</param>
    /// <exception cref="ConfigurationException">The address makes no sense.</exception>
    public Task<IResultsDirectory> OpenAsync(string? asked, CancellationToken cancellationToken, int tries = 10) => ResultsDirectory.OpenAsync(
        asked,
        Site,
        () => LabSettings.ResultsAsync(terminal, cancellationToken),
        new ServerPatience { Tries = tries, Time = terminal.Time, Progress = new LineProgress(terminal.Error) });

    /// <summary>Names of the newest runs, for completion.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IEnumerable<string>> RunNamesAsync(ParseResult line, CancellationToken cancellationToken)
    {
        await using var results = await OpenAsync(line, cancellationToken, tries: 1);
        return (await results.RunsAsync(new RunQuery { Count = 50 }, cancellationToken)).Select(run => run.Name);
    }
}
