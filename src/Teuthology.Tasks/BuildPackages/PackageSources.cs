using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>A project's git repository, with a copy of it on the controller that grows by what builds ask for.</summary>
/// <param name="url">The repository: an address, or a directory of the controller.</param>
/// <param name="directory">Where copies are.</param>
/// <param name="log">Is told what is fetched.</param>
internal sealed class PackageSources(string url, string directory, ILogger log)
{
    private const int CommitLength = 40;

    private readonly string _copy = Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))[..16] + ".git");

    /// <summary>The commit that a tag, a branch or the beginning of a commit stands for now.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: there is none, or the repository does not answer.</exception>
    public async Task<string> CommitAsync(BuildReference reference, CancellationToken cancellationToken)
    {
        if (reference.Kind == "sha1")
            return IsCommit(reference.Value) ? reference.Value : await OfPartAsync(reference.Value, cancellationToken);
        var (tag, branch) = ($"refs/tags/{reference.Value}", $"refs/heads/{reference.Value}");

        // A release's tag is an object of its own: the commit is behind it.
        string[] names = reference.Kind == "tag" ? [tag + "^{}", tag, branch] : [branch, tag + "^{}", tag];
        var lines = (await GitAsync(["ls-remote", "--", url, .. names], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        return names.Select(name => lines.Find(line => line[1] == name)?[0]).FirstOrDefault(commit => commit is not null) ?? throw Missing(reference.Value);
    }

    /// <summary>Puts a commit's files, those of its submodules among them, into a directory.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="to">The directory, which is not there yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The version that <c>git describe</c> makes of the tags that begin with v, without the v; empty where there are none.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the commit is not there, or the repository does not answer.</exception>
    public async Task<string> CheckOutAsync(string commit, string to, CancellationToken cancellationToken)
    {
        await GitAsync(["init", "-q", "--", to], cancellationToken);
        string version;
        using (await LockAsync(cancellationToken))
        {
            await HaveAsync(commit, cancellationToken);
            version = await DescribeAsync(commit, cancellationToken);
            await GitAsync(["-C", to, "fetch", "-q", "--depth", "1", "file://" + _copy, commit], cancellationToken);
        }

        await GitAsync(["-C", to, "checkout", "-q", "--detach", "FETCH_HEAD"], cancellationToken);
        if (File.Exists(Path.Combine(to, ".gitmodules")))
        {
            CephLog.Note(log, $"fetching the submodules of {url}");
            await GitAsync(["-C", to, "remote", "add", "origin", url], cancellationToken);
            await GitAsync(["-C", to, "submodule", "update", "-q", "--init", "--recursive", "--depth", "1"], cancellationToken);
        }

        return version;
    }

    private static bool IsCommit(string text) => text.Length == CommitLength && text.All(char.IsAsciiHexDigitLower);

    private static async Task<string> GitAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var git = ToolRun.Find("git") ?? throw new TeuthologyException(FailureKind.Infrastructure, "sources are fetched by git, which is missing on the controller: apt-get install git");

        // Nobody is there to be asked for a name or a password: an address that wants one is an error.
        return await ToolRun.RunAsync("env", ["GIT_TERMINAL_PROMPT=0", "GIT_SSH_COMMAND=ssh -oBatchMode=yes", git, .. arguments], cancellationToken);
    }

    private async Task<string> OfPartAsync(string part, CancellationToken cancellationToken)
    {
        if (part.Length < 7 || !part.All(char.IsAsciiHexDigitLower))
            throw Missing(part);
        using (await LockAsync(cancellationToken))
        {
            if (await FindAsync(part, cancellationToken) is { } known)
                return known;
            await FetchAsync(cancellationToken);
            return await FindAsync(part, cancellationToken) ?? throw Missing(part);
        }
    }

    private async Task HaveAsync(string commit, CancellationToken cancellationToken)
    {
        if (await FindAsync(commit, cancellationToken) is not null)
            return;
        await FetchAsync(cancellationToken);
        if (await FindAsync(commit, cancellationToken) is not null)
            return;

        // No branch has it any more, or none of this repository ever had; servers give it all the same as a rule.
        await GitAsync(["--git-dir", _copy, "fetch", "-q", "--", url, commit], cancellationToken);
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        CephLog.Note(log, $"fetching {url}");
        await GitAsync(["--git-dir", _copy, "fetch", "-q", "--force", "--prune", "--", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], cancellationToken);
    }

    private async Task<string?> FindAsync(string commit, CancellationToken cancellationToken)
    {
        var found = (await GitAsync(["--git-dir", _copy, "for-each-ref", "--count=1"], cancellationToken)).Length > 0;
        if (!found)
            return null;
        try
        {
            return (await GitAsync(["--git-dir", _copy, "rev-parse", "-q", "--verify", commit + "^{commit}"], cancellationToken)).Trim();
        }
        catch (TeuthologyException)
        {
            return null; // git says so by its exit status
        }
    }

    private async Task<string> DescribeAsync(string commit, CancellationToken cancellationToken)
    {
        if ((await GitAsync(["--git-dir", _copy, "tag", "--list", "v[0-9]*", "--merged", commit], cancellationToken)).Length == 0)
            return "";
        return (await GitAsync(["--git-dir", _copy, "describe", "--tags", "--match", "v[0-9]*", commit], cancellationToken)).Trim()[1..];
    }

    private async Task<FileLock> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var turn = await FileLock.TakeAsync(_copy + ".lock", () => CephLog.Note(log, $"waiting: another job fetches {url}"), cancellationToken);
        try
        {
            if (!File.Exists(Path.Combine(_copy, "HEAD")))
                await GitAsync(["init", "-q", "--bare", "--", _copy], cancellationToken);
            await GitAsync(["--git-dir", _copy, "config", "uploadpack.allowAnySHA1InWant", "true"], cancellationToken);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    private TeuthologyException Missing(string name) => new(FailureKind.Infrastructure, $"'{name}' not found in repo: {url}");
}
