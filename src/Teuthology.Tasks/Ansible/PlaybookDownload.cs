namespace Teuthology.Tasks;

/// <summary>A playbook that the controller fetches from a web server.</summary>
internal static class PlaybookDownload
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether a playbook is an address.</summary>
    public static bool IsUrl(string playbook) => playbook.StartsWith("http://", StringComparison.Ordinal) || playbook.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Fetches it.</summary>
    /// <param name="url">Address.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server does not answer, or not with the playbook.</exception>
    public static async Task FetchAsync(string url, string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(url), cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new TeuthologyException(FailureKind.Infrastructure, $"the playbook {url} cannot be had: {(int)answer.StatusCode} {answer.ReasonPhrase}");
            await File.WriteAllBytesAsync(path, await answer.Content.ReadAsByteArrayAsync(cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the playbook {url} cannot be had: {e.Message}", e);
        }
    }
}
