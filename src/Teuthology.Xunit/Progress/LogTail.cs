using System.Text;

namespace Teuthology.Xunit;

/// <summary>The end of a job's log, for those who only see the test's output.</summary>
internal static class LogTail
{
    private const int Lines = 40;
    private const int Bytes = 16 * 1024;

    /// <summary>The last lines under a heading; empty when there is no log.</summary>
    /// <param name="path">Path of the log.</param>
    public static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(-Math.Min(file.Length, Bytes), SeekOrigin.End);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var lines = reader.ReadToEnd().TrimEnd('\n').Split('\n');
            return $"last lines of {path}:\n{string.Join('\n', lines.TakeLast(Lines))}\n";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {e.Message}\n";
        }
    }
}
