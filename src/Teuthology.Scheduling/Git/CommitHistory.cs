using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Scheduling;

/// <summary>The commits before a commit, for <c>--newest</c>: from the site's <c>githelper_base_url</c>, a repository of this host, or a checkout.</summary>
/// <param name="http">Asks the helper.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="checkouts">Fetches a repository that has neither.</param>
/// <param name="choice">The repository.</param>
/// <param name="say">Is told what is asked.</param>
public sealed class CommitHistory(HttpClient http, SiteConfig site, Checkouts checkouts, RepositoryChoice choice, Action<string> say)
{
    /// <summary>Gives the parents of a commit.</summary>
    /// <param name="commit">The commit, which is not among them.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Newest first.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: nobody can tell.</exception>
    public async Task<IReadOnlyList<string>> ParentsAsync(string commit, int count, CancellationToken cancellationToken)
    {
        if (site.GithelperBaseUrl is not { } helper)
        {
            var directory = GitCommand.IsPath(choice.CephUrl) ? choice.CephUrl : await checkouts.FetchAsync(choice.CephUrl, choice.CephBranch, null, cancellationToken);
            return await GitReferences.ParentsAsync(directory, commit, count, cancellationToken);
        }

        var name = choice.CephUrl.TrimEnd('/').Split('/')[^1];
        var repository = $"{helper.TrimEnd('/')}/{(name.EndsWith(".git", StringComparison.Ordinal) ? name : name + ".git")}";
        var parents = await AskAsync(repository, commit, count, cancellationToken);
        if (parents.Count > 0)
            return parents;
        say($"Forcing refresh of git mirror: {repository}/refresh");
        using (await http.GetAsync(new Uri($"{repository}/refresh"), cancellationToken))
            return await AskAsync(repository, commit, count, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> AskAsync(string repository, string commit, int count, CancellationToken cancellationToken)
    {
        var url = $"{repository}/history?committish={Uri.EscapeDataString(commit)}&count={count + 1}";
        say($"Looking for parent commits: {url}");
        try
        {
            var answer = await http.GetFromJsonAsync<JsonObject>(new Uri(url), cancellationToken);
            return answer?["sha1s"] is JsonArray list ? [.. list.Skip(1).Select(sha1 => sha1!.ToString())] : [];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot look up the commits before {commit} at {url}: {e.Message}", e);
        }
    }
}
