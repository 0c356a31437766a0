namespace Teuthology.Interactive.Tests;

public sealed class ScreenTests
{
    [Theory]
    [InlineData("abc", 3, "p> abc", 0, 6)]
    [InlineData("abc", 0, "p> abc", 0, 3)]
    [InlineData("abcdefgh", 8, "p> abcdef\ngh", 1, 2)]
    [InlineData("abcdefgh", 1, "p> abcdef\ngh", 0, 4)]
    [InlineData("a\nb", 3, "p> a\n.> b", 1, 4)]
    [InlineData("日本語文", 4, "p> 日本語\n文", 1, 2)]
    [InlineData("e\u0301x", 3, "p> e\u0301x", 0, 5)]
    public void Draw_TextOnTenColumns_PutsTheCaretWhereItBelongs(string text, int caret, string picture, int row, int column)
    {
        var terminal = new StringWriter();
        var screen = new Screen(terminal, () => 10);

        screen.Draw("p> ", ".> ", text, caret);

        var rows = picture.Split('\n').Length;
        Assert.Equal(
            $"\r{picture.Replace("\n", "\e[K\r\n")}\e[K\e[J{(rows - 1 > row ? $"\e[{rows - 1 - row}A" : "")}\r{(column > 0 ? $"\e[{column}C" : "")}",
            terminal.ToString());
    }

    [Fact]
    public void Draw_Again_BeginsAtTheFirstRow()
    {
        var terminal = new StringWriter();
        var screen = new Screen(terminal, () => 80);
        screen.Draw("> ", ". ", "a\nb\nc", 5);
        terminal.GetStringBuilder().Clear();

        screen.Draw("> ", ". ", "a", 1);

        Assert.StartsWith("\e[2A\r> a", terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void List_MoreThanOneRow_ReadsDownTheColumns()
    {
        var terminal = new StringWriter();
        new Screen(terminal, () => 13).List(["a", "bb", "ccc", "d"]);
        Assert.Equal("a    ccc\r\nbb   d\r\n", terminal.ToString());
    }
}
