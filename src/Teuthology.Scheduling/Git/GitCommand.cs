using Teuthology.Lab;

namespace Teuthology.Scheduling;

/// <summary>git by its command line. It asks nobody for a password, and takes no helper program from an address.</summary>
internal static class GitCommand
{
    private static readonly string[] Surroundings = ["GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh", "GIT_SSH_COMMAND=ssh -oBatchMode=yes"];

    /// <summary>Runs it.</summary>
    /// <param name="directory">Where; null for anywhere.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed, or is not there.</exception>
    public static Task<string> RunAsync(string? directory, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        if (ToolRun.Find("git") is not { } git)
            throw new TeuthologyException(FailureKind.Infrastructure, "branches and commits are looked up by git, which is missing: apt-get install git; --suite-dir DIR does without");
        string[] place = directory is null ? [] : ["-C", directory];
        return ToolRun.RunAsync("env", [.. Surroundings, git, .. place, .. arguments], cancellationToken);
    }

    /// <summary>The address as git and people know it: a path becomes a full one.</summary>
    /// <param name="url">URL, <c>user@host:path</c>, or a path.</param>
    public static string Address(string url) => IsPath(url) ? Path.GetFullPath(url) : url;

    /// <summary>Whether an address is a path of this host.</summary>
    /// <param name="url">URL, <c>user@host:path</c>, or a path.</param>
    public static bool IsPath(string url) => url.StartsWith('/') || url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal) || (!url.Contains("://", StringComparison.Ordinal) && Directory.Exists(url));
}
