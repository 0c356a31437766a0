namespace Teuthology.Results;

/// <summary>Where runs and jobs are written down: a server, where one is named, else the store of this site.</summary>
public static class ResultsDirectory
{
    /// <summary>The word that stands for the store although a server is configured.</summary>
    public const string Local = "local";

    private static readonly TimeSpan EachTry = TimeSpan.FromSeconds(100);

    /// <summary>Opens the directory.</summary>
    /// <param name="asked">A server's URL, <see cref="Local"/>, or null for what the site says.</param>
    /// <param name="site">The site's configuration: <c>results_server</c>.</param>
    /// <param name="store">Opens the store; called only when it is wanted.</param>
    /// <param name="patience">How long a server is asked that is away.</param>
    /// <exception cref="ConfigurationException">The address is none.</exception>
    public static async Task<IResultsDirectory> OpenAsync(string? asked, SiteConfig site, Func<Task<ResultsStore>> store, ServerPatience patience)
    {
        var url = string.IsNullOrEmpty(asked) ? site.ResultsServer : asked;
        return url is null or Local
            ? new StoreResults(await store())
            : new ServerResults(new HttpClient { Timeout = EachTry }, url, patience);
    }
}
