using DiffPlex;
using DiffPlex.Chunkers;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What two logs say differently; times, machines, paths and numbers do not count.</summary>
/// <param name="Lines">Lines with their sign: <c>+</c> only in the second, <c>-</c> only in the first, blank in both, <c>…</c> for some that are left out.</param>
/// <param name="Cut">Whether the logs were too long: their ends are compared then.</param>
internal sealed record LogDiff(IReadOnlyList<(char Sign, string Text)> Lines, bool Cut)
{
    /// <summary>Lines of each log that are compared, the last.</summary>
    public const int Most = 8000;
    private const int Around = 3;
    private const int Shown = 5000;

    /// <summary>Compares two logs.</summary>
    public static async Task<LogDiff> MakeAsync(string first, string second, CancellationToken cancellationToken)
    {
        var (a, b) = (await ReadAsync(first, cancellationToken), await ReadAsync(second, cancellationToken));
        var blocks = new Differ().CreateDiffs(Text(a), Text(b), ignoreWhiteSpace: false, ignoreCase: false, new LineChunker()).DiffBlocks;
        List<(char, string)> lines = [];
        var at = 0;
        foreach (var block in blocks)
        {
            var before = Math.Max(at, block.DeleteStartA - Around);
            if (before > at)
                lines.Add(('…', $"{before - at} lines are alike"));
            for (var i = before; i < block.DeleteStartA; i++)
                lines.Add((' ', a[i]));
            for (var i = 0; i < block.DeleteCountA; i++)
                lines.Add(('-', a[block.DeleteStartA + i]));
            for (var i = 0; i < block.InsertCountB; i++)
                lines.Add(('+', b[block.InsertStartB + i]));
            at = block.DeleteStartA + block.DeleteCountA;
            if (lines.Count > Shown)
                break;
        }

        if (at < a.Count)
            lines.Add(('…', $"{a.Count - at} lines are alike"));
        return new LogDiff(lines, a.Count == Most || b.Count == Most);
    }

    private static string Text(List<string> lines) => string.Join('\n', lines.Select(FailureText.Normalize));

    private static async Task<List<string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var lines = new Queue<string>();
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete });
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            // The time and a very long output tell nothing that is worth a comparison.
            var text = JobLogLine.Parse(System.Text.Encoding.UTF8.GetBytes(line.Length > 1000 ? line[..1000] : line)).Said;
            lines.Enqueue(string.Join(' ', new[] { text.Host, text.Source, text.Text }.Where(part => part.Length > 0)));
            if (lines.Count > Most)
                lines.Dequeue();
        }

        return [.. lines];
    }
}
