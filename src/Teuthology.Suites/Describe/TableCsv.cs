using System.Buffers;

namespace Teuthology.Suites;

/// <summary>Comma-separated values with quotes where they are needed.</summary>
internal static class TableCsv
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static void Write(SuiteTable table, TextWriter writer)
    {
        WriteRow(table.Headers, writer);
        foreach (var row in table.Rows)
            WriteRow(row, writer);
    }

    private static void WriteRow(IReadOnlyList<object?> values, TextWriter writer)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var text = values[i] is null ? "" : PythonText.Str(values[i]);
            if (i > 0)
                writer.Write(',');
            // A row of one empty value would else be an empty line, which readers skip.
            if (text.AsSpan().ContainsAny(Quoted) || (text.Length == 0 && values.Count == 1))
                writer.Write($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            else
                writer.Write(text);
        }

        writer.Write("\r\n");
    }
}
