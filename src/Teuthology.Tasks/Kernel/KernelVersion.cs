using System.Text.RegularExpressions;

namespace Teuthology.Tasks;

/// <summary>Compares the kernel that runs with the one that is wanted.</summary>
public static partial class KernelVersion
{
    /// <summary>Whether a running kernel is the one that is wanted.</summary>
    /// <param name="running">What <c>uname -r</c> says.</param>
    /// <param name="wanted">A release (it has a dot) or a commit, of which six digits must be known.</param>
    /// <param name="suse">SUSE: <c>X-default</c> is what the package calls <c>X</c>.</param>
    public static bool IsRunning(string running, string wanted, bool suse = false)
    {
        if (wanted.Contains('.', StringComparison.Ordinal))
            return running == wanted || wanted == running.Replace('-', '_') || (suse && running.EndsWith("-default", StringComparison.Ordinal) && wanted.Contains(running[..^"-default".Length], StringComparison.Ordinal));
        if (Commit().Match(running) is not { Success: true } match)
            return false;
        var known = match.Groups["commit"].Value;
        var digits = Math.Min(known.Length, wanted.Length);
        return digits >= 6 && known[..digits] == wanted[..digits];
    }

    /// <summary>The commit that a package's file name tells (<c>…ceph-g1234567890ab…</c>), or null.</summary>
    /// <param name="path">Path of a kernel package.</param>
    public static string? CommitOf(string path) => Package().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups["commit"].Value : null;

    [GeneratedRegex("[-_]g(?<commit>[0-9a-f]{6,40})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Commit();

    [GeneratedRegex("[-_]ceph[-_]g(?<commit>[0-9a-f]{12,40})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Package();
}
