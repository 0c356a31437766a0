using System.Diagnostics;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Tests that are kept in a git repository of their own, brought to clients' machines. The controller clones them: machines of a lab reach no other host.</summary>
internal static class TestSources
{
    /// <summary>Base address of repositories where neither the job nor the site names one.</summary>
    private const string Base = "https://github.com/ceph/";

    /// <summary>Clones a branch on the controller, at a commit if one is named.</summary>
    /// <param name="run">The task.</param>
    /// <param name="project">The repository's name, without <c>.git</c>.</param>
    /// <param name="remote">Address of the directory that the repository is in, or null for the site's <c>ceph_git_base_url</c>.</param>
    /// <param name="branches">The first of these that there is.</param>
    /// <param name="sha1">A commit, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A tar archive of the files.</returns>
    /// <exception cref="JobSkippedException">They cannot be had.</exception>
    public static async Task<byte[]> FetchAsync(TaskRun run, string project, string? remote, IReadOnlyList<string> branches, string? sha1, CancellationToken cancellationToken)
    {
        var address = Address(remote, run.Job.Options.Site, project);
        var work = Directory.CreateTempSubdirectory("teuthology-sources-");
        try
        {
            var clone = Path.Combine(work.FullName, "clone");
            var said = "";
            foreach (var branch in branches)
            {
                (var status, said) = await GitAsync(["clone", "--quiet", "--single-branch", "--branch", branch, "--", address, clone], cancellationToken);
                if (status != 0)
                    continue;
                CephLog.Note(run.Log, $"{run.Name}: {project} of {address}, branch {branch}{(sha1 is null ? "" : $" at {sha1}")}");
                var archive = Path.Combine(work.FullName, "files.tar");
                (status, said) = await GitAsync(["-C", clone, "archive", "--format=tar", "-o", archive, sha1 ?? "HEAD"], cancellationToken);
                return status == 0 ? await File.ReadAllBytesAsync(archive, cancellationToken) : throw run.Wrong($"{address} has no commit '{sha1}' in its branch {branch}: {said}", "sha1");
            }

            throw new JobSkippedException($"task '{run.Name}': its tests could not be cloned from {address}, branch {string.Join(" or ", branches)} ({said}); name a directory or an address that has {project}.git "
                + "as ceph_git_base_url of the site" + (project == "s3-tests" ? ", or as git_remote of the task" : ""));
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>Where a repository is.</summary>
    /// <param name="remote">Address of the directory that it is in, or null for the site's <c>ceph_git_base_url</c>.</param>
    /// <param name="site">The site.</param>
    /// <param name="project">Its name, without <c>.git</c>.</param>
    public static string Address(string? remote, SiteConfig site, string project) => $"{(remote ?? site.All.Get("ceph_git_base_url") as string ?? Base).TrimEnd('/')}/{project}.git";

    /// <summary>Unpacks them in a directory on a machine, which goes when the job unwinds.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The machine.</param>
    /// <param name="files">A tar archive.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task BringAsync(TaskRun run, Remote remote, byte[] files, string directory, CancellationToken cancellationToken)
    {
        run.Defer($"remove {directory}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-rf", "--", directory), ct));
        await remote.RunAsync(
            RemoteCommand.Script($"mkdir -p -- {ShellQuote.Quote(directory)} && tar -x -C {ShellQuote.Quote(directory)}") with { Stdin = files, Label = $"sources in {directory}" }, cancellationToken);
    }

    /// <summary>git with these words; it asks nobody for a password.</summary>
    public static ProcessStartInfo Git(IEnumerable<string> words) => new("git", words)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
        Environment = { ["GIT_TERMINAL_PROMPT"] = "0", ["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes", ["LC_ALL"] = "C" },
    };

    private static async Task<(int Status, string Said)> GitAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        using var git = Process.Start(Git(words))!;
        git.StandardInput.Close();
        git.OutputDataReceived += static (_, _) => { };
        git.BeginOutputReadLine();
        try
        {
            var said = await git.StandardError.ReadToEndAsync(cancellationToken);
            await git.WaitForExitAsync(cancellationToken);
            return (git.ExitCode, said.Trim().Split('\n')[^1]);
        }
        catch (OperationCanceledException)
        {
            git.Kill(entireProcessTree: true);
            throw;
        }
    }
}
