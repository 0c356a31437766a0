using System.Collections.Concurrent;
using System.Diagnostics;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// Repositories of tests that <c>s3tests</c> and <c>ragweed</c> clone on the controller: a directory is looked for, an address is asked, each once and for 15 seconds at most.
/// Safe for use by several threads.
/// </summary>
/// <param name="site">Names where they are.</param>
internal sealed class TestRepositories(SiteConfig site)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Lazy<string?>> _faults = new(StringComparer.Ordinal);

    /// <summary>What a task of tests lacks.</summary>
    /// <param name="project">The repository's name.</param>
    /// <param name="remotes">Addresses of the directory that it is in, as clients name them; null for the site's.</param>
    public IEnumerable<JobNeed> Missing(string project, IEnumerable<string?> remotes)
    {
        foreach (var address in remotes.DefaultIfEmpty().Select(remote => TestSources.Address(remote, site, project)).Distinct())
        {
            if (_faults.GetOrAdd(address, of => new Lazy<string?>(() => Fault(of))).Value is { } fault)
                yield return new JobNeed(NeedKind.Download, $"{project}.git", $"{fault}; ceph_git_base_url of the site names where it is");
        }
    }

    private static string? Fault(string address)
    {
        if (Path.IsPathRooted(address))
            return Directory.Exists(address) ? null : $"there is no {address}";
        using var git = Process.Start(TestSources.Git(["ls-remote", "--quiet", "--heads", "--", address]))!;
        var said = "";
        git.StandardInput.Close();
        git.OutputDataReceived += static (_, _) => { };
        git.ErrorDataReceived += (_, line) => said = line.Data is { Length: > 0 } text ? text : said;
        git.BeginOutputReadLine();
        git.BeginErrorReadLine();
        if (!git.WaitForExit(Patience))
        {
            git.Kill(entireProcessTree: true);
            return $"{address} does not answer";
        }

        git.WaitForExit(); // for the last of its lines
        return git.ExitCode == 0 ? null : said;
    }
}
