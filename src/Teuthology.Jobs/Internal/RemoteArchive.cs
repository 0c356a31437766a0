using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>Pulls files and directories of a machine into a job's archive.</summary>
internal static class RemoteArchive
{
    // Tells in one round trip which of the paths are worth pulling: d for a directory with something in it, f for a file.
    private const string Look = """
        for p in "$@"; do
          if [ -d "$p" ]; then
            if [ -n "$(find "$p/" -mindepth 1 ! -type d -print -quit)" ]; then echo d; else echo n; fi
          elif [ -f "$p" ]; then echo f
          else echo n
          fi
        done
        """;

    // The test's own directory, in which root may have hidden something: then it is worth a try.
    private const string LookAtOwn = """
        if [ ! -d "$1" ]; then echo n; exit; fi
        if found=$(find "$1/" -mindepth 1 ! -type d -print -quit 2>/dev/null) && [ -z "$found" ]; then echo n; else echo d; fi
        """;

    public static async Task PullAsync(Remote remote, IReadOnlyList<RemoteLog> logs, string target, bool sudo, CancellationToken cancellationToken)
    {
        var kinds = await remote.RunAsync(
            RemoteCommand.Args(["sh", "-c", logs.Count == 1 ? LookAtOwn : Look, "sh", .. logs.Select(l => l.RemotePath)]) with { Label = "look for logs", Sudo = sudo && logs.Count > 1, Quiet = true },
            cancellationToken);
        foreach (var (log, kind) in logs.Zip(kinds.Stdout.Split('\n')))
        {
            var local = log.Name.Length == 0 ? target : Path.Combine(target, SafePath.Munge(log.Name));
            if (kind == "d")
                await PullDirectoryAsync(remote, log, local, sudo, cancellationToken);
            else if (kind == "f")
                await PullFileAsync(remote, log, local, sudo, cancellationToken);
        }
    }

    private static async Task PullDirectoryAsync(Remote remote, RemoteLog log, string local, bool sudo, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(local);
        await remote.PullDirectoryAsync(log.RemotePath, local, sudo, cancellationToken);
    }

    private static async Task PullFileAsync(Remote remote, RemoteLog log, string local, bool sudo, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(local)!);
        await using var file = new FileStream(local, FileMode.Create);
        await remote.RunAsync(RemoteCommand.Args("cat", "--", log.RemotePath) with { StdoutTo = file, Sudo = sudo }, cancellationToken);
    }
}
