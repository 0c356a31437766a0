using System.Globalization;

namespace Teuthology.Interactive;

/// <summary>A text that is being typed, and the caret in it. Moves by what the reader sees as one character.</summary>
internal sealed class EditBuffer
{
    private string _killed = "";

    public string Text { get; private set; } = "";

    /// <summary>Index into <see cref="Text"/> of the character right of the caret.</summary>
    public int Caret { get; private set; }

    public bool IsEmpty => Text.Length == 0;

    public void Set(string text) => (Text, Caret) = (text, text.Length);

    public void Insert(string text)
    {
        Text = Text.Insert(Caret, text);
        Caret += text.Length;
    }

    /// <summary>Puts <paramref name="text"/> in place of what stands between <paramref name="start"/> and the caret.</summary>
    public void Replace(int start, string text)
    {
        Remove(start, Caret);
        Insert(text);
    }

    public void Left() => Caret = Before(Caret);

    public void Right() => Caret = After(Caret);

    public void LineStart() => Caret = StartOfLine(Caret);

    public void LineEnd() => Caret = EndOfLine(Caret);

    public void WordLeft() => Caret = WordBefore();

    public void WordRight() => Caret = WordAfter();

    /// <summary>One line up; false when the caret is on the first.</summary>
    public bool Up()
    {
        var start = StartOfLine(Caret);
        if (start == 0)
            return false;
        var above = StartOfLine(start - 1);
        Caret = above + Math.Min(Caret - start, start - 1 - above);
        return true;
    }

    /// <summary>One line down; false when the caret is on the last.</summary>
    public bool Down()
    {
        var end = EndOfLine(Caret);
        if (end == Text.Length)
            return false;
        var column = Caret - StartOfLine(Caret);
        Caret = Math.Min(end + 1 + column, EndOfLine(end + 1));
        return true;
    }

    public void Backspace() => Remove(Before(Caret), Caret);

    public void Delete() => Remove(Caret, After(Caret));

    public void KillWordLeft() => Kill(WordBefore(), Caret);

    public void KillWordRight() => Kill(Caret, WordAfter());

    public void KillToLineStart() => Kill(StartOfLine(Caret), Caret);

    public void KillToLineEnd() => Kill(Caret, EndOfLine(Caret) is var end && end == Caret ? After(Caret) : end);

    /// <summary>Puts back what was killed last.</summary>
    public void Yank() => Insert(_killed);

    public void SwapCharacters()
    {
        if (Caret == 0 || Text.Length < 2)
            return;
        var right = Caret == Text.Length ? Before(Caret) : Caret;
        var left = Before(right);
        var end = After(right);
        Text = Text[..left] + Text[right..end] + Text[left..right] + Text[end..];
        Caret = end;
    }

    private void Kill(int start, int end)
    {
        if (start == end)
            return;
        _killed = Text[start..end];
        Remove(start, end);
    }

    private void Remove(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Caret = start;
    }

    private int Before(int index)
    {
        var at = 0;
        while (at < index)
        {
            var next = After(at);
            if (next >= index)
                break;
            at = next;
        }

        return at;
    }

    private int After(int index) => index == Text.Length ? index : index + StringInfo.GetNextTextElementLength(Text, index);

    private int StartOfLine(int index) => index == 0 ? 0 : Text.LastIndexOf('\n', index - 1) + 1;

    private int EndOfLine(int index) => Text.IndexOf('\n', index) is var end and >= 0 ? end : Text.Length;

    private int WordBefore()
    {
        var at = Caret;
        while (at > 0 && !IsWord(Text[at - 1]))
            at--;
        while (at > 0 && IsWord(Text[at - 1]))
            at--;
        return at;
    }

    private int WordAfter()
    {
        var at = Caret;
        while (at < Text.Length && !IsWord(Text[at]))
            at++;
        while (at < Text.Length && IsWord(Text[at]))
            at++;
        return at;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);
}
