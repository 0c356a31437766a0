using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>One output stream of a command: to the log by lines, to the result, or raw to a stream of the caller's.</summary>
internal sealed class CommandOutput : WriteOnlyStream
{
    private const int LastLineCount = 10;
    private const int LongestShown = 2000;
    private readonly Stream? raw;
    private readonly bool pipe;
    private readonly OutputTail tail;
    private readonly LineLog? lines;
    private Exception? rawError;

    public CommandOutput(RemoteCommand command, string stream, string host, ILogger log, int limit)
    {
        (raw, pipe) = stream == "stdout" ? (command.StdoutTo, command.StdoutPipe) : (command.StderrTo, command.StderrPipe);
        if (pipe)
            raw = new BoundedPipe();
        tail = new OutputTail(limit);
        lines = command.Quiet || raw is not null ? null : new LineLog(log, host, stream);
    }

    /// <summary>What the command writes, to be read; null unless it was asked for.</summary>
    public Stream? Reader => pipe ? raw : null;

    /// <summary>Number of the bytes so far.</summary>
    public long Received { get; private set; }

    public long Dropped => tail.Dropped;

    /// <summary>Error of the caller's stream; output after it is thrown away so that the command can end.</summary>
    public Exception? RawError => rawError;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Received += buffer.Length;
        if (raw is not null)
        {
            WriteRaw(buffer);
            return;
        }

        lines?.Write(buffer);
        tail.Write(buffer);
    }

    /// <summary>After the last byte: the text kept.</summary>
    public string Finish()
    {
        if (pipe)
            ((BoundedPipe)raw!).End();
        lines?.Finish();
        return tail.Finish();
    }

    /// <summary>Nobody reads any more.</summary>
    public void Abandon()
    {
        if (pipe)
            ((BoundedPipe)raw!).Abandon();
    }

    /// <summary>The last ten lines of a text, for error messages.</summary>
    public static IReadOnlyList<string> LastLines(string text) =>
    [
        .. text.TrimEnd().Split('\n').TakeLast(LastLineCount).Select(line => line.TrimEnd())
            .Select(line => line.Length > LongestShown ? line[..LongestShown] + "…" : line).SkipWhile(line => line.Length == 0),
    ];

    private void WriteRaw(ReadOnlySpan<byte> buffer)
    {
        if (rawError is not null)
            return;
        try
        {
            raw!.Write(buffer);
        }
        catch (Exception error)
        {
            rawError = error;
        }
    }
}
