using Microsoft.VisualStudio.TestPlatform.ObjectModel;

namespace Teuthology.TestLogger;

/// <summary>Attaches a job's log to its result: trx copies it beside its file and links it from there.</summary>
internal static class LogAttachment
{
    /// <summary>A log longer than this is not copied; the archive's path in the output has to do.</summary>
    private const long MostBytes = 32 * 1024 * 1024;

    private static readonly Uri s_uri = new("logger://teuthology/jobs/v1");

    /// <summary>Attaches the log of the job that <paramref name="result"/> is of, if there is one.</summary>
    /// <param name="result">The result; changed in place.</param>
    public static void Add(TestResult result)
    {
        if (Archive(result) is not { } archive)
            return;
        var log = new FileInfo(Path.Combine(archive, "teuthology.log"));
        if (!log.Exists || log.Length > MostBytes)
            return;
        var set = new AttachmentSet(s_uri, "teuthology");
        set.Attachments.Add(UriDataAttachment.CreateFrom(log.FullName, "the job's log"));
        result.Attachments.Add(set);
    }

    private static string? Archive(TestResult result)
    {
        foreach (var message in result.Messages)
        {
            if (message.Category != TestResultMessage.StandardOutCategory || message.Text is null)
                continue;
            foreach (var line in message.Text.AsSpan().EnumerateLines())
            {
                if (line.StartsWith(ProgressLink.ArchivePrefix, StringComparison.Ordinal))
                    return line[ProgressLink.ArchivePrefix.Length..].Trim().ToString();
            }
        }

        return null;
    }
}
