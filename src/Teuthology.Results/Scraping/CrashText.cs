using System.IO.Compression;
using System.Text;

namespace Teuthology.Results;

/// <summary>Finds the first whole backtrace of a Ceph daemon in a log, and the last assertion before its end.</summary>
internal static class CrashText
{
    private const int MostLines = 100;

    // Nothing that is looked for is longer; an archive's file may be one line without an end, or unpack to more than there is memory.
    private const int LongestLine = 128 * 1024;

    /// <summary>
    /// The lines of a log, unpacked when it is compressed; somebody may still be writing it. Of a very long line the beginning is given; where a compressed
    /// file is damaged it ends.
    /// </summary>
    public static IEnumerable<string> Lines(string file)
    {
        using Stream stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        var (buffer, line, afterReturn) = (new char[32 * 1024], new StringBuilder(), false);
        for (var read = Read(reader, buffer); read > 0; read = Read(reader, buffer))
        {
            for (var at = 0; at < read;)
            {
                if (afterReturn && buffer[at] == '\n')
                    at++;
                afterReturn = false;
                var length = buffer.AsSpan(at, read - at).IndexOfAny('\r', '\n');
                var piece = length < 0 ? read - at : length;
                line.Append(buffer, at, Math.Min(piece, LongestLine - line.Length));
                at += piece;
                if (length < 0)
                    break;
                afterReturn = buffer[at++] == '\r';
                yield return line.ToString();
                line.Clear();
            }
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    private static int Read(StreamReader reader, char[] buffer)
    {
        try
        {
            return reader.Read(buffer);
        }
        catch (InvalidDataException)
        {
            return 0;
        }
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
