using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Teuthology.Scheduling;

/// <summary>Looks up branches and commits of repositories; each branch once.</summary>
/// <param name="http">Asks web pages of repositories for a commit.</param>
public sealed partial class GitReferences(HttpClient http)
{
    private readonly ConcurrentDictionary<(string Url, string Reference), Task<string?>> _seen = new();

    /// <summary>The commit that a branch is at.</summary>
    /// <param name="url">The repository: a URL or a path.</param>
    /// <param name="reference">A branch, or <c>refs/pull/N/merge</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when there is no such branch.</returns>
    /// <exception cref="ConfigurationException">The name cannot be a branch's.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the repository cannot be read.</exception>
    public Task<string?> CommitAsync(string url, string reference, CancellationToken cancellationToken)
    {
        CheckName(reference);
        return _seen.GetOrAdd((url, reference), key => ListAsync(key.Url, key.Reference, cancellationToken));
    }

    /// <summary>Whether a repository has a commit. A path is asked by git, GitHub and gitweb by their pages; of others it cannot be told before a checkout.</summary>
    /// <param name="url">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it cannot be told.</returns>
    public async Task<bool?> HasCommitAsync(string url, string commit, CancellationToken cancellationToken)
    {
        if (!Sha1().IsMatch(commit))
            return false;
        if ((url.StartsWith("file://", StringComparison.Ordinal) ? new Uri(url).LocalPath : url) is var path && GitCommand.IsPath(path))
            return await HasLocallyAsync(path, commit, cancellationToken);
        var name = url.TrimEnd('/') is var whole && whole.EndsWith(".git", StringComparison.Ordinal) ? whole[..^4] : whole;
        var page = name.Contains("/github.com/", StringComparison.Ordinal) ? $"{name}/commit/{commit}"
            : name.Contains("/git.ceph.com/", StringComparison.Ordinal) ? $"http://git.ceph.com/?p={name.Split('/')[^1]}.git;a=blob_plain;f=.gitignore;hb={commit}"
            : null;
        if (page is null)
            return null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, page);
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException e)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot look up commit {commit} at {page}: {e.Message} (--validate-sha1 no does without)", e);
        }
    }

    /// <summary>The branch that a checkout is on; empty when it is on none.</summary>
    /// <param name="directory">The checkout.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string> CurrentBranchAsync(string directory, CancellationToken cancellationToken) =>
        (await GitCommand.RunAsync(directory, ["rev-parse", "--abbrev-ref", "HEAD"], cancellationToken)).Trim() is var branch and not "HEAD" ? branch : "";

    /// <summary>The parents of a commit of a repository of this host, newest first.</summary>
    /// <param name="directory">The repository.</param>
    /// <param name="commit">The commit, which is not among them.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<string>> ParentsAsync(string directory, string commit, int count, CancellationToken cancellationToken) =>
        [.. (await GitCommand.RunAsync(directory, ["rev-list", "--first-parent", $"--max-count={count + 1}", commit, "--"], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];

    /// <summary>Refuses what cannot be a branch's name.</summary>
    /// <exception cref="ConfigurationException">It cannot.</exception>
    internal static void CheckName(string reference)
    {
        if (reference.Length == 0 || reference.StartsWith('-') || reference.Any(c => c is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' || char.IsControl(c)) || reference.Contains("..", StringComparison.Ordinal))
            throw new ConfigurationException($"Illegal branch name: '{reference}'");
    }

    private static async Task<string?> ListAsync(string url, string reference, CancellationToken cancellationToken)
    {
        var output = await GitCommand.RunAsync(null, ["ls-remote", "--", GitCommand.Address(url), reference], cancellationToken);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(parts => parts.Length == 2).ToList();

        // git matches the end of names: a branch `x/main` is not `main`.
        return lines.Find(parts => parts[1] == reference || parts[1] == $"refs/heads/{reference}" || parts[1] == $"refs/tags/{reference}")?[0];
    }

    private static async Task<bool> HasLocallyAsync(string path, string commit, CancellationToken cancellationToken)
    {
        try
        {
            await GitCommand.RunAsync(path, ["cat-file", "-e", commit + "^{commit}"], cancellationToken);
            return true;
        }
        catch (TeuthologyException) when (Directory.Exists(path))
        {
            return false;
        }
    }

    [GeneratedRegex("^[0-9a-f]{7,40}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Sha1();
}
