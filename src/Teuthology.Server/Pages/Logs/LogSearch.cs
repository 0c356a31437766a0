using System.Text;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The lines of a job's log that hold a text, upper and lower case alike.</summary>
/// <param name="Lines">The first of them, with their places.</param>
/// <param name="More">Whether there are more.</param>
internal sealed record LogSearch(IReadOnlyList<(long Offset, JobLogLine Line)> Lines, bool More)
{
    public const int Most = 300;

    /// <summary>Looks through the whole log.</summary>
    public static async Task<LogSearch> FindAsync(string path, string text, CancellationToken cancellationToken)
    {
        List<(long, JobLogLine)> found = [];
        if (!File.Exists(path))
            return new LogSearch(found, false);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 20];
        var (filled, offset) = (0, 0L);
        while (await file.ReadAsync(buffer.AsMemory(filled), cancellationToken) is var read and > 0)
        {
            filled += read;
            var used = 0;
            while (buffer.AsSpan(used, filled - used).IndexOf((byte)'\n') is var length and >= 0)
            {
                var line = buffer.AsSpan(used, length);
                if (Encoding.UTF8.GetString(line).Contains(text, StringComparison.OrdinalIgnoreCase))
                {
                    if (found.Count == Most)
                        return new LogSearch(found, true);
                    found.Add((offset + used, JobLogLine.Parse(line)));
                }

                used += length + 1;
            }

            // A line that is longer than the buffer is passed over.
            if (used == 0 && filled == buffer.Length)
                used = filled;
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            (filled, offset) = (filled - used, offset + used);
        }

        return new LogSearch(found, false);
    }
}
