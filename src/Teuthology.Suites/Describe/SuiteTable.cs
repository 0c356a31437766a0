namespace Teuthology.Suites;

/// <summary>What describes a suite: rows of values under headers.</summary>
/// <param name="Headers">Names of the columns.</param>
/// <param name="Rows">Values as YAML has them, one for each header.</param>
public sealed record SuiteTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>Writes a bordered table, byte for byte as upstream's: left-aligned, cells of several lines.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="ruled">True draws a rule below each row, else only around the header and at the end.</param>
    /// <exception cref="ConfigurationException">Two columns have the same name, or there is none.</exception>
    public void WriteText(TextWriter writer, bool ruled) => TableText.Write(this, writer, ruled);

    /// <summary>Writes comma-separated values as Python's <c>csv</c> does; lines end in CR LF.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteCsv(TextWriter writer) => TableCsv.Write(this, writer);

    /// <summary>Writes one line, <c>{"headers": […], "data": [{…}]}</c>; empty values are left out of a row.</summary>
    /// <param name="writer">Where to.</param>
    /// <exception cref="ConfigurationException">A value has no form in JSON: a date, a set, bytes.</exception>
    public void WriteJson(TextWriter writer) => TableJson.Write(this, writer);
}
