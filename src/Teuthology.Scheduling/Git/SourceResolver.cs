namespace Teuthology.Scheduling;

/// <summary>Finds out a run's branches and commits by upstream's rules, and checks its suites out.</summary>
/// <param name="references">Looks branches up.</param>
/// <param name="checkouts">Checks out.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="say">Is told what was found, in upstream's words.</param>
public sealed class SourceResolver(GitReferences references, Checkouts checkouts, SiteConfig site, Action<string> say)
{
    /// <summary>Resolves a choice. A directory of suites at a site that names no repositories needs no git at all.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ScheduleFailedException">A branch or commit is not there.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: a repository cannot be read.</exception>
    public async Task<RunSources> ResolveAsync(RepositoryChoice choice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var byGit = choice.SuiteDirectory is null;
        var ceph = await CephAsync(choice, byGit || choice.CephIsNamed, cancellationToken);
        var (branch, commit) = byGit || choice.SuiteIsNamed ? await SuiteAsync(choice, cancellationToken) : (null, choice.SuiteSha1);
        string root;
        try
        {
            root = choice.SuiteDirectory ?? await checkouts.FetchAsync(choice.SuiteUrl, branch!, commit, cancellationToken);
        }
        catch (ConfigurationException missing)
        {
            throw new ScheduleFailedException(missing.Message, missing);
        }

        var (framework, frameworkSha1) = await FrameworkAsync(choice, root, cancellationToken);
        return new RunSources
        {
            CephSha1 = ceph,
            SuiteBranch = branch,
            SuiteSha1 = commit,
            SuiteRoot = root,
            FromRepositories = branch is not null,
            TeuthologyBranch = framework,
            TeuthologySha1 = frameworkSha1,
        };
    }

    private async Task<string?> CephAsync(RepositoryChoice choice, bool ask, CancellationToken cancellationToken)
    {
        var commit = choice.CephSha1;
        if (commit is not null)
        {
            if (ask && choice.ValidateSha1)
                await ValidateAsync(choice.CephUrl, commit, cancellationToken);
            say("ceph sha1 explicitly supplied");
        }
        else if (ask)
            commit = await references.CommitAsync(choice.CephUrl, choice.CephBranch, cancellationToken) ?? throw NoBranch(choice.CephBranch, choice.CephUrl);
        if (commit is not null)
            say($"ceph sha1: {commit}");
        return commit;
    }

    private async Task<(string Branch, string Commit)> SuiteAsync(RepositoryChoice choice, CancellationToken cancellationToken)
    {
        var url = choice.SuiteUrl;
        var branch = choice.SuiteBranch;
        if (branch is null)
        {
            branch = choice.CephBranch;
            if (await references.CommitAsync(url, branch, cancellationToken) is null)
            {
                say($"branch {branch} not in {Name(url)}; will use main for the suites");
                branch = "main";
            }
        }
        else if (branch != "main" && await references.CommitAsync(url, branch, cancellationToken) is null)
            throw NoBranch(branch, url);

        var commit = choice.SuiteSha1;
        if (commit is null)
            commit = await references.CommitAsync(url, branch, cancellationToken) ?? throw NoBranch(branch, url);
        else
        {
            if (choice.ValidateSha1)
                await ValidateAsync(url, commit, cancellationToken);
            say("suite sha1 explicitly supplied");
        }

        say($"{Name(url)} branch: {branch} {commit}");
        return (branch, commit);
    }

    // Nobody is asked about a framework that nobody named: our workers are theirs of one version.
    private async Task<(string Branch, string? Commit)> FrameworkAsync(RepositoryChoice choice, string root, CancellationToken cancellationToken)
    {
        var branch = choice.TeuthologyBranch ?? BranchFile(root) ?? site.TeuthologyBranch;
        if (site.TeuthologyPath is { } own)
        {
            var actual = await GitReferences.CurrentBranchAsync(own, cancellationToken);
            if (branch is not null && branch != actual)
                throw new ScheduleFailedException($"Cannot use branch {branch} with repo {own} because config.teuthology_path is set");
            branch = actual;
        }
        else if (branch is null && site.All.Get("teuthology_git_url") is null)
            return ("main", null);
        branch ??= "main";
        var url = site.TeuthologyPath ?? site.TeuthologyGitUrl;
        var commit = await references.CommitAsync(url, branch, cancellationToken) ?? throw NoBranch(branch, url);
        say($"teuthology branch: {branch} {commit}");
        return (branch, commit);
    }

    private async Task ValidateAsync(string url, string commit, CancellationToken cancellationToken)
    {
        var found = await references.HasCommitAsync(url, commit, cancellationToken);
        if (found == false)
            throw new ScheduleFailedException($"'{commit}' not found in repo: {Name(url)}.git!");
        if (found is null)
            say($"{url} cannot be asked whether it has {commit}; it is taken as it is");
    }

    private static string? BranchFile(string root)
    {
        var file = new[] { Path.Combine(root, "qa", ".teuthology_branch"), Path.Combine(root, "..", ".teuthology_branch") }.FirstOrDefault(File.Exists);
        return file is not null && File.ReadAllText(file).Trim() is { Length: > 0 } branch ? branch : null;
    }

    private static string Name(string url) => url.TrimEnd('/').Split('/')[^1] is var last && last.EndsWith(".git", StringComparison.Ordinal) ? last[..^4] : last;

    private static ScheduleFailedException NoBranch(string branch, string url) => new($"Branch '{branch}' not found in repo: {Name(url)}.git!");
}
