using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Teuthology.Scheduling;

/// <summary>
/// Checkouts of branches and commits below one directory, <c>src_base_path</c>, in upstream's layout: <c>HOST_PATH</c> is a bare repository of all that was ever
/// fetched, <c>HOST_PATH_REF</c> a work tree. Any number of processes may ask at once: one of them fetches.
/// </summary>
/// <param name="directory">The directory; made when missing.</param>
/// <param name="time">Clock of the pauses.</param>
/// <param name="log">Is told what is fetched.</param>
public sealed partial class Checkouts(string directory, TimeProvider time, ILogger log)
{
    private const int Tries = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>The directory of a site: <c>src_base_path</c>, else <c>~/src</c>.</summary>
    /// <param name="site">The site's configuration.</param>
    /// <param name="home">The home directory.</param>
    public static string DirectoryOf(SiteConfig site, string home) => site.SrcBasePath ?? Path.Combine(home, "src");

    /// <summary>Gives a work tree of a branch as it is now, or of a commit.</summary>
    /// <param name="url">The repository: a URL or a path.</param>
    /// <param name="branch">The branch, or <c>refs/pull/N/merge</c>.</param>
    /// <param name="commit">The commit; null for the branch's newest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="ConfigurationException">There is no such branch or commit.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: git failed, again and again.</exception>
    public async Task<string> FetchAsync(string url, string branch, string? commit, CancellationToken cancellationToken)
    {
        GitReferences.CheckName(commit ?? branch);
        var bare = Path.Combine(directory, NameOf(url));
        var tree = $"{bare}_{DirectoryOfReference(commit ?? branch)}";
        System.IO.Directory.CreateDirectory(directory);
        using var treeLock = await FileLock.TakeAsync(tree + ".lock", null, time, cancellationToken);
        if (commit is not null && File.Exists(Path.Combine(tree, ".fetched_and_reset")))
            return tree;
        for (var tried = 1; ; tried++)
        {
            try
            {
                await FetchOnceAsync(bare, tree, GitCommand.Address(url), branch, commit, cancellationToken);
                return tree;
            }
            catch (TeuthologyException failure) when (failure is not ConfigurationException && tried < Tries)
            {
                LogFailed(log, url, failure.Message, tried, Tries);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>Name of a repository's directory: <c>https://github.com/ceph/ceph.git</c> is <c>github.com_ceph_ceph</c>.</summary>
    /// <param name="url">The repository.</param>
    /// <exception cref="ConfigurationException">It names none.</exception>
    public static string NameOf(string url)
    {
        var text = GitCommand.Address(url);
        text = text.Contains("://", StringComparison.Ordinal) ? text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..] : text;
        text = text[(text.IndexOf('@', StringComparison.Ordinal) + 1)..];
        text = text.EndsWith(".git", StringComparison.Ordinal) ? text[..^4] : text;
        return Separators().Replace(text, "_").Trim('_') is var name and not ("" or "." or "..") ? name : throw new ConfigurationException($"'{url}' is no address of a repository");
    }

    private static string DirectoryOfReference(string reference)
    {
        if (!reference.Contains('/', StringComparison.Ordinal))
            return reference;
        if (PullRequest().Match(reference) is { Success: true } pull)
            return $"PR#{pull.Groups[1].Value}";
        return (reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? reference["refs/heads/".Length..] : reference).Replace('/', '_');
    }

    private async Task FetchOnceAsync(string bare, string tree, string url, string branch, string? commit, CancellationToken cancellationToken)
    {
        string found;
        using (await FileLock.TakeAsync(bare + ".lock", null, time, cancellationToken))
        {
            if (!System.IO.Directory.Exists(bare))
                await GitCommand.RunAsync(null, ["init", "--quiet", "--bare", bare], cancellationToken);
            found = commit is not null && await HasAsync(bare, commit, cancellationToken) ? commit : await FetchIntoAsync(bare, url, branch, commit, cancellationToken);
            await GitCommand.RunAsync(bare, ["worktree", "prune"], cancellationToken);
            if (!System.IO.Directory.Exists(tree))
                await GitCommand.RunAsync(bare, ["worktree", "add", "--detach", "--force", tree, found], cancellationToken);
        }

        await GitCommand.RunAsync(tree, ["reset", "--quiet", "--hard", found], cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(tree, ".fetched_and_reset"), "", cancellationToken);
    }

    private async Task<string> FetchIntoAsync(string bare, string url, string branch, string? commit, CancellationToken cancellationToken)
    {
        LogFetching(log, url, commit ?? branch);
        try
        {
            await GitCommand.RunAsync(bare, ["fetch", "--quiet", "--update-shallow", "--", url, commit ?? branch], cancellationToken);
        }
        catch (TeuthologyException failure) when (commit is not null && !failure.Message.Contains("unable to access", StringComparison.Ordinal) && !failure.Message.Contains("not appear to be a git repository", StringComparison.Ordinal))
        {
            throw new ConfigurationException($"'{commit}' not found in repo: {url}!", inner: failure);
        }
        catch (TeuthologyException failure) when (failure.Message.Contains("couldn't find remote ref", StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigurationException($"Branch '{branch}' not found in repo: {url}!", inner: failure);
        }

        return commit ?? (await GitCommand.RunAsync(bare, ["rev-parse", "FETCH_HEAD"], cancellationToken)).Trim();
    }

    private static async Task<bool> HasAsync(string bare, string commit, CancellationToken cancellationToken)
    {
        try
        {
            await GitCommand.RunAsync(bare, ["cat-file", "-e", commit + "^{commit}"], cancellationToken);
            return true;
        }
        catch (TeuthologyException)
        {
            // Not there yet, or only half: fetching tells.
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching {Reference} of {Url}")]
    private static partial void LogFetching(ILogger log, string url, string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Url}: {Reason} (try {Try} of {Tries})")]
    private static partial void LogFailed(ILogger log, string url, string reason, int @try, int tries);

    [GeneratedRegex("[:/]+_*|_{2,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Separators();

    [GeneratedRegex("^refs/pull/(.*?)(?:/merge|/head)?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PullRequest();
}
