using System.Text;

namespace Teuthology.Xunit;

/// <summary>The telling part of a failed job's log, for those who only see the test's output.</summary>
internal static class LogTail
{
    private const int Before = 20;
    private const int After = 5;
    private const long MostBytes = 64 * 1024 * 1024;

    /// <summary>The lines up to the first error and a few more, under a heading; without an error, the last lines.</summary>
    /// <param name="path">Path of the log.</param>
    public static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(-Math.Min(file.Length, MostBytes), SeekOrigin.End);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var lines = new Queue<string>();
            var left = int.MaxValue;
            while (left > 0 && reader.ReadLine() is { } line)
            {
                lines.Enqueue(line);
                if (lines.Count > Before + After || (left == int.MaxValue && lines.Count > Before))
                    lines.Dequeue();
                left = left == int.MaxValue ? line.Contains(" ERROR:", StringComparison.Ordinal) ? After : left : left - 1;
            }

            return $"from {path}:\n{string.Join('\n', lines)}\n";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {e.Message}\n";
        }
    }
}
