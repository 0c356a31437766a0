using System.Globalization;
using Spectre.Console;

namespace Teuthology.Cli;

/// <summary>A job that ended, as every verb shows it.</summary>
internal static class JobLine
{
    /// <summary>Writes the line, and below it why the job failed and where its archive is.</summary>
    public static void Write(
        IAnsiConsole console, string jobId, string status, double? seconds, string? description, string? reason, string? archive)
    {
        console.Write(new Text(status.PadRight(7), StatusText.Colour(status)));
        var duration = seconds is { } value ? value.ToString("F1", CultureInfo.InvariantCulture) + " s" : "";
        console.WriteLine($" {jobId,3} {duration,9}  {description ?? "-"}");
        if (reason is not null)
            console.WriteLine("            " + reason.TrimEnd().ReplaceLineEndings("\n            "));
        if (status is "fail" or "dead" && archive is not null)
            console.WriteLine("            " + archive);
    }
}
