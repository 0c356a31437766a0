using System.Text;
using System.Text.RegularExpressions;

namespace Teuthology.Results;

/// <summary>
/// The sign that a failed job's log gives of what went wrong: the last failed assertion, else the last crash, else the last exception of a program on the
/// machines. It tells failures apart whose reasons are alike, as "Command failed with status 1".
/// </summary>
public static partial class LogSignature
{
    private const int TailBytes = 4 * 1024 * 1024;
    private const int LongestLine = 4096;

    /// <summary>Reads the end of a job's log, at most 4 MiB.</summary>
    /// <param name="archivePath">The job's archive directory.</param>
    /// <returns>The sign, normalised as <see cref="FailureText"/> does; null when the log has none, or cannot be read.</returns>
    public static string? Read(string archivePath)
    {
        try
        {
            using var log = new FileStream(Path.Combine(archivePath, "teuthology.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log.Seek(Math.Max(0, log.Length - TailBytes), SeekOrigin.Begin);
            using var reader = new StreamReader(log, Encoding.UTF8);
            return Of(Lines(reader));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Looks through lines of a log.</summary>
    /// <param name="lines">In their order.</param>
    /// <returns>The sign, normalised; null for none.</returns>
    public static string? Of(IEnumerable<string> lines)
    {
        string? assertion = null, crash = null, exception = null;
        var inTrace = false;
        foreach (var whole in lines)
        {
            // The patterns take the square of a line's length, and somebody may log what is one line of megabytes.
            var line = whole.Length > LongestLine ? whole[..LongestLine] : whole;
            if (line.Contains("FAILED ", StringComparison.Ordinal) && Assertion().Match(line) is { Success: true } failed)
                assertion = failed.Value;
            else if (line.Contains("*** Caught signal", StringComparison.Ordinal) && line.IndexOf("*** Caught", StringComparison.Ordinal) is var caught)
                crash = line[caught..];
            else if (line.Contains("stderr:Traceback (most recent call last)", StringComparison.Ordinal))
                inTrace = true;
            else if (inTrace && Exception().Match(line) is { Success: true } thrown)
                (exception, inTrace) = (thrown.Groups["what"].Value, false);
        }

        return (assertion ?? crash ?? exception) is { } sign ? FailureText.Normalize(sign.Length > 300 ? sign[..300] : sign) : null;
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    [GeneratedRegex(@"(?:[\w./-]+: )?(?:\d+: )?FAILED (?:ceph_)?assert.*|__ceph_assert_fail.*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Assertion();

    // The line behind the frames of a Python traceback: no blank in front of the exception's name.
    [GeneratedRegex(@"stderr:(?<what>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Failure|Timeout)\b.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Exception();
}
