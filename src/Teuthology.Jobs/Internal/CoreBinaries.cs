using System.IO.Compression;
using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>Fetches the programs that pulled core dumps are of, and their debug symbols where the machine has them, so that a debugger finds all in one place.</summary>
internal static class CoreBinaries
{
    /// <param name="remote">The machine that dumped.</param>
    /// <param name="directory">The pulled <c>coredump/</c>; may be missing.</param>
    /// <param name="sudo">Whether root may be used to read.</param>
    /// <param name="log">Told of dumps whose program is not found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task FetchAsync(Remote remote, string directory, bool sudo, ILogger log, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return;
        JobLog.Note(log, "Transferring binaries for coredumps...");
        var programs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dump in Directory.GetFiles(directory))
        {
            if (ProgramOf(dump) is { } program)
                programs.Add(program);
            else
                JobLog.Note(log, $"{Path.GetFileName(dump)} does not tell which program it is of");
        }

        foreach (var program in programs)
            await FetchAsync(remote, program, directory, sudo, log, cancellationToken);
    }

    private static string? ProgramOf(string dump)
    {
        using var file = File.OpenRead(dump);
        var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream content = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        return ElfCore.ProgramOf(content);
    }

    // One round trip tells where the program and its symbols are.
    private static async Task FetchAsync(Remote remote, string program, string directory, bool sudo, ILogger log, CancellationToken cancellationToken)
    {
        const string look = """
            p=$(command -v -- "$1") || exit 0
            echo "$p"
            for d in "/usr/lib/debug$p" "/usr/lib/debug$p.debug"; do [ -f "$d" ] && echo "$d"; done
            b=$(file -L -- "$p" 2>/dev/null | sed -n 's/.*BuildID\[sha1\]=\(..\)\([0-9a-f]*\).*/\/usr\/lib\/debug\/.build-id\/\1\/\2.debug/p')
            [ -n "$b" ] && [ -f "$b" ] && echo "$b"
            true
            """;
        var found = await remote.RunAsync(RemoteCommand.Args("sh", "-c", look, "sh", program) with { Sudo = sudo, Label = "find the program of a core dump", Quiet = true }, cancellationToken);
        var paths = found.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (paths.Length == 0)
            JobLog.Note(log, $"{program}, which dumped core, is not on {remote.ShortName} any more");
        foreach (var path in paths)
        {
            var local = Path.Combine(directory, SafePath.Munge(path));
            Directory.CreateDirectory(Path.GetDirectoryName(local)!);
            await using var file = new FileStream(local, FileMode.Create);
            await remote.RunAsync(RemoteCommand.Args("cat", "--", path) with { StdoutTo = file, Sudo = sudo, Label = $"pull {path}" }, cancellationToken);
        }
    }
}
