using System.Globalization;
using System.Net;

namespace Teuthology.Server;

/// <summary>The frame of every page, and escaping.</summary>
internal static class Html
{
    private const string Style = """
        :root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
        body { margin: 1rem auto; max-width: 75rem; padding: 0 1rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .pass { border-left: .4rem solid #2a7d2a; }
        .fail, .dead { border-left: .4rem solid #b3261e; }
        .running, .waiting, .queued { border-left: .4rem solid #1f6fb2; }
        .unknown, .skip, .empty { border-left: .4rem solid #8a6d00; }
        """;

    /// <summary>A text as it may stand in a page.</summary>
    public static string Text(object? value) =>
        WebUtility.HtmlEncode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    /// <summary>A whole page.</summary>
    /// <param name="title">Plain text.</param>
    /// <param name="body">Markup.</param>
    public static string Page(string title, string body) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <style>{Style}</style>
        </head>
        <body>
        <h1>{Text(title)}</h1>
        {body}
        </body>
        </html>

        """;

    /// <summary>A table.</summary>
    /// <param name="headings">Plain texts.</param>
    /// <param name="rows">Class of the row and markup of its cells.</param>
    public static string Table(IEnumerable<string> headings, IEnumerable<(string Class, IEnumerable<string> Cells)> rows)
    {
        var head = string.Concat(headings.Select(heading => $"<th scope=\"col\">{Text(heading)}</th>"));
        var body = string.Concat(rows.Select(row => $"<tr><td class=\"{Text(row.Class)}\">{string.Join("</td><td>", row.Cells)}</td></tr>\n"));
        return $"<div class=\"wide\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>";
    }
}
