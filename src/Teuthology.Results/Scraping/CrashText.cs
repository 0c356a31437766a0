using System.IO.Compression;

namespace Teuthology.Results;

/// <summary>Finds the first whole backtrace of a Ceph daemon in a log, and the last assertion before its end.</summary>
internal static class CrashText
{
    private const int MostLines = 100;

    /// <summary>The lines of a log, unpacked when it is compressed; somebody may still be writing it.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using Stream stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Looks through lines.</summary>
    public static Crash Find(IEnumerable<string> lines)
    {
        var backtrace = new List<string>();
        string? assertion = null;
        foreach (var raw in lines)
        {
            // What a command wrote has the log's own words in front.
            var line = raw.Split(".stderr:") is { Length: > 1 } parts ? parts[1] : raw;
            if (line.Contains("FAILED assert", StringComparison.Ordinal) || line.Contains("__ceph_assert_fail", StringComparison.Ordinal))
                assertion = line.Trim();
            if (line.StartsWith(" ceph version", StringComparison.Ordinal))
                backtrace = [line];
            else if (line.StartsWith(" NOTE: a copy of the executable", StringComparison.Ordinal) || line.Trim().EndsWith("clone()", StringComparison.Ordinal) || line.Contains("clone()+0x", StringComparison.Ordinal))
            {
                if (backtrace.Count > 0)
                    return new Crash(string.Join('\n', backtrace).Trim(), assertion);
            }
            else if (backtrace.Count > MostLines)
                backtrace = [];
            else if (backtrace.Count > 0)
                backtrace.Add(line);
        }

        return new Crash(null, assertion);
    }
}
