using System.Globalization;
using Spectre.Console;

namespace Teuthology.Cli;

/// <summary>A job that ended, as every verb shows it.</summary>
internal static class JobLine
{
    /// <summary>Writes the line, and below it why the job failed and where its archive is.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="coloured">Shows colours there; null where there are none.</param>
    /// <param name="jobId">Id of the job.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="description">What it was, or its run.</param>
    /// <param name="reason">Why it failed.</param>
    /// <param name="archive">Its archive.</param>
    public static void Write(
        TextWriter writer, IAnsiConsole? coloured, string jobId, string status, double? seconds, string? description, string? reason, string? archive)
    {
        if (coloured is null)
            writer.Write(status.PadRight(7));
        else
            coloured.Write(new Text(status.PadRight(7), StatusText.Colour(status)));
        var duration = seconds is { } value ? value.ToString("F1", CultureInfo.InvariantCulture) + " s" : "";
        writer.WriteLine($" {jobId,3} {duration,9}  {description ?? "-"}");
        if (reason is not null)
            writer.WriteLine("            " + reason.TrimEnd().ReplaceLineEndings("\n            "));
        if (status is "fail" or "dead" && archive is not null)
            writer.WriteLine("            " + archive);
    }
}
