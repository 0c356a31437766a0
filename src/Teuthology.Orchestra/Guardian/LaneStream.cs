using System.Text;

namespace Teuthology.Orchestra;

/// <summary>One stream of a lane over all its commands and connections: passes output on, takes the guardian's marks out, counts.</summary>
/// <param name="token">The lane's token.</param>
/// <param name="marked">Is given what stands in each mark.</param>
/// <param name="progressed">Is told after every write.</param>
internal sealed class LaneStream(string token, Action<string> marked, Action<LaneStream> progressed)
{
    private const int LongestMark = 256;
    private readonly byte[] pattern = Encoding.ASCII.GetBytes($"\u0001{token} ");
    private byte[] held = [];

    /// <summary>Bytes of the stream that have come, marks included: the guardian's spool counts the same.</summary>
    public long Received { get; private set; }

    /// <summary>Where output goes; null while no command runs.</summary>
    public Stream? Sink { get; set; }

    /// <summary>Bytes that came while no command ran.</summary>
    public long Stray { get; private set; }

    public void Write(ReadOnlySpan<byte> data)
    {
        Received += data.Length;
        if (held.Length > 0)
        {
            data = (byte[])[.. held, .. data];
            held = [];
        }

        while (data.IndexOf(pattern) is var start and >= 0)
        {
            Pass(data[..start]);
            data = data[start..];
            var end = data[..Math.Min(data.Length, LongestMark)].IndexOf((byte)'\n');
            if (end < 0 && data.Length < LongestMark)
            {
                held = data.ToArray();
                return;
            }

            if (end < 0)
            {
                Pass(data[..1]);
                data = data[1..];
                continue;
            }

            marked(Encoding.ASCII.GetString(data[pattern.Length..end]));
            data = data[(end + 1)..];
        }

        var cut = data.Length - Unfinished(data);
        held = data[cut..].ToArray();
        Pass(data[..cut]);
        progressed(this);
    }

    /// <summary>Length of the end of the data that may be the beginning of a mark.</summary>
    private int Unfinished(ReadOnlySpan<byte> data)
    {
        var tail = data[^Math.Min(data.Length, pattern.Length - 1)..];
        while (tail.IndexOf(pattern[0]) is var start and >= 0)
        {
            tail = tail[start..];
            if (pattern.AsSpan().StartsWith(tail))
                return tail.Length;
            tail = tail[1..];
        }

        return 0;
    }

    private void Pass(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        if (Sink is { } sink)
            sink.Write(data);
        else
            Stray += data.Length;
    }
}
