using System.Text;

namespace Teuthology.Interactive;

/// <summary>Draws the input on the terminal, over what it drew before: prompt, lines, caret.</summary>
/// <param name="output">The terminal.</param>
/// <param name="columns">Its width, asked before each drawing.</param>
internal sealed class Screen(TextWriter output, Func<int> columns)
{
    private int _caretRow;

    /// <summary>Draws a text of one or more lines.</summary>
    /// <param name="prompt">Before the first line.</param>
    /// <param name="further">Before the others, of the same width.</param>
    /// <param name="text">The text.</param>
    /// <param name="caret">Index into it.</param>
    public void Draw(string prompt, string further, string text, int caret)
    {
        // a row that is full to the last column leaves terminals in doubt where the cursor is
        var width = Math.Max(8, columns() - 1);
        var rows = new StringBuilder();
        var (row, column, caretRow, caretColumn) = (0, 0, 0, 0);
        Put(prompt);
        for (var i = 0; i <= text.Length; i += i < text.Length && char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1)
        {
            if (i == caret)
                (caretRow, caretColumn) = (row, column);
            if (i == text.Length)
                break;
            if (text[i] == '\n')
            {
                NewRow();
                Put(further);
            }
            else
            {
                Put(text.Substring(i, char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1));
            }
        }

        // cleared row by row: terminals that keep what they clear would note each drawing in their history
        output.Write($"{(_caretRow > 0 ? $"\e[{_caretRow}A" : "")}\r{rows}\e[K\e[J{(row > caretRow ? $"\e[{row - caretRow}A" : "")}\r{(caretColumn > 0 ? $"\e[{caretColumn}C" : "")}");
        output.Flush();
        _caretRow = caretRow;

        void Put(string piece)
        {
            foreach (var rune in piece.EnumerateRunes())
            {
                var cells = TextWidth.Of(rune);
                if (column + cells > width)
                    NewRow();
                rows.Append(Rune.IsControl(rune) ? "" : rune.ToString());
                column += cells;
            }
        }

        void NewRow()
        {
            rows.Append("\e[K\r\n");
            row++;
            column = 0;
        }
    }

    /// <summary>Leaves what was drawn and goes to a fresh row below it. The caret must have been drawn at the end.</summary>
    public void Finish()
    {
        output.Write("\r\n");
        output.Flush();
        _caretRow = 0;
    }

    /// <summary>Wipes the whole terminal.</summary>
    public void Clear()
    {
        output.Write("\e[H\e[2J");
        _caretRow = 0;
    }

    /// <summary>Writes words below the input, as many in a row as there is room for; the input has to be drawn again.</summary>
    public void List(IReadOnlyList<string> words)
    {
        var room = Math.Max(8, columns() - 1);
        var cell = words.Max(word => TextWidth.Of(word)) + 2;
        var perRow = Math.Max(1, room / cell);
        var rows = (words.Count + perRow - 1) / perRow;
        for (var row = 0; row < rows; row++)
        {
            for (var i = row; i < words.Count; i += rows)
                output.Write(words[i] + (i + rows < words.Count ? new string(' ', cell - TextWidth.Of(words[i])) : ""));
            output.Write("\r\n");
        }
    }
}
