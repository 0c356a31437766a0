using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>What of a lane's output the host still keeps, and when it may forget it.</summary>
internal sealed class LaneSpool(LaneStream stdout, LaneStream stderr)
{
    /// <summary>Spooled bytes after which the spool is emptied before the next command.</summary>
    private const long TrimAt = 1024 * 1024;

    /// <summary>Bytes of one stream after which those that have come are taken out of the spool while the command runs.</summary>
    private const long PunchAt = 64 * 1024 * 1024;

    private (long Out, long Err) start;
    private (long Seq, long Out, long Err) trim;
    private (long Out, long Err) punched;

    /// <summary>Where the next session goes on, as the guardian takes it: offsets if the spools were not emptied, and if they were.</summary>
    public string Place => string.Create(
        CultureInfo.InvariantCulture,
        $"{trim.Seq} {stdout.Received - start.Out} {stderr.Received - start.Err} {stdout.Received - trim.Out} {stderr.Received - trim.Err}");

    /// <summary>Whether the host empties the spools before it starts this command.</summary>
    public bool IsEmptiedBy(long seq) => trim.Seq == seq;

    /// <summary>A command is to start.</summary>
    public void Begin(long seq)
    {
        if (stdout.Received - start.Out + stderr.Received - start.Err > TrimAt)
            trim = (seq, stdout.Received, stderr.Received);
    }

    /// <summary>A command has ended.</summary>
    public void End(long seq)
    {
        if (trim.Seq == seq)
            (start, punched, trim) = ((trim.Out, trim.Err), (trim.Out, trim.Err), default);
    }

    /// <summary>The length of the beginning of a spool that can be taken out now, or null: it is not worth it yet.</summary>
    public long? Punch(LaneStream stream)
    {
        var isOut = stream == stdout;
        if (trim.Seq != 0 || stream.Received - (isOut ? punched.Out : punched.Err) < PunchAt)
            return null;
        punched = isOut ? (stream.Received, punched.Err) : (punched.Out, stream.Received);
        return stream.Received - (isOut ? start.Out : start.Err);
    }
}
