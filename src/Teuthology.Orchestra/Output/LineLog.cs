using System.Text;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Cuts output into lines for the log; a line without end is cut at <see cref="Longest"/> bytes.</summary>
internal sealed class LineLog(ILogger log, string host, string stream)
{
    public const int Longest = 64 * 1024;
    private readonly IOutputLog? bytes = log as IOutputLog;
    private byte[] partial = [];
    private int length;

    public void Write(ReadOnlySpan<byte> data)
    {
        while (data.IndexOf((byte)'\n') is var newline and >= 0)
        {
            Line(data[..newline]);
            data = data[(newline + 1)..];
        }

        Keep(data);
    }

    /// <summary>Logs what has come without an end of line.</summary>
    public void Finish()
    {
        if (length > 0)
            Line([]);
    }

    private void Line(ReadOnlySpan<byte> rest)
    {
        if (length > 0)
        {
            Keep(rest);
            rest = partial.AsSpan(0, length);
            length = 0;
        }

        while (rest.Length > Longest)
        {
            var cut = CutBefore(rest);
            Log(rest[..cut]);
            rest = rest[cut..];
        }

        Log(rest);
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        while (length + data.Length > Longest)
        {
            var taken = Longest - length;
            Append(data[..taken]);
            data = data[taken..];
            var cut = CutBefore(partial.AsSpan(0, length));
            Log(partial.AsSpan(0, cut));
            partial.AsSpan(cut, length - cut).CopyTo(partial);
            length -= cut;
        }

        Append(data);
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        if (length + data.Length > partial.Length)
            Array.Resize(ref partial, Math.Min(Longest, Math.Max(256, Math.Max(partial.Length * 2, length + data.Length))));
        data.CopyTo(partial.AsSpan(length));
        length += data.Length;
    }

    /// <summary>Where to cut within the longest length without tearing a UTF-8 character.</summary>
    private static int CutBefore(ReadOnlySpan<byte> line)
    {
        var cut = Math.Min(line.Length, Longest);
        for (var back = 1; back <= 3; back++)
        {
            var lead = line[cut - back];
            if ((lead & 0xC0) == 0x80)
                continue;
            var needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
            return needed > back ? cut - back : cut;
        }

        return cut;
    }

    private void Log(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r"u8);
        if (bytes?.TryWrite(host, stream, line) == true || !log.IsEnabled(LogLevel.Information))
            return;
        var text = Encoding.UTF8.GetString(line);
        log.Log(LogLevel.Information, OutputLine.Event, new OutputLine(host, stream, text), exception: null, OutputLine.Format);
    }
}
