namespace Teuthology.Suites;

/// <summary>Draws a table with <c>+</c>, <c>-</c> and <c>|</c>.</summary>
internal static class TableText
{
    public static void Write(SuiteTable table, TextWriter writer, bool ruled)
    {
        if (table.Headers.GroupBy(h => h).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ConfigurationException($"two columns of the table are named '{twice.Key}'; choose other --fields, or --format json or csv");
        if (table.Headers.Count == 0)
            throw new ConfigurationException("the table has no columns; name --fields or use --show-facet yes");
        var rows = table.Rows.Select(row => row.Select(value => PythonText.Str(value).Split('\n')).ToArray()).ToList();
        string[][] header = [.. table.Headers.Select(h => h.Split('\n'))];
        var widths = header.Select((cell, column) => rows.Select(row => row[column]).Prepend(cell).Max(c => c.Max(TextWidth.Of))).ToArray();
        var rule = $"+{string.Join('+', widths.Select(width => new string('-', Math.Max(0, width + 2))))}+\n";
        writer.Write(rule);
        WriteRow(header, widths, writer);
        writer.Write(rule);
        foreach (var row in rows)
        {
            WriteRow(row, widths, writer);
            if (ruled)
                writer.Write(rule);
        }

        if (!ruled)
            writer.Write(rule);
    }

    private static void WriteRow(string[][] cells, int[] widths, TextWriter writer)
    {
        var height = cells.Max(cell => cell.Length);
        for (var line = 0; line < height; line++)
        {
            for (var column = 0; column < cells.Length; column++)
            {
                var text = line < cells[column].Length ? cells[column][line] : "";
                writer.Write("| ");
                writer.Write(text);
                for (var i = widths[column] - TextWidth.Of(text); i >= 0; i--)
                    writer.Write(' ');
            }

            writer.Write("|\n");
        }
    }
}
