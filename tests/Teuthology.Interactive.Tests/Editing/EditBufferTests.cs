namespace Teuthology.Interactive.Tests;

public sealed class EditBufferTests
{
    /// <summary>Each case: a text with <c>|</c> for the caret, what is done, the outcome.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        { "ab|", "Left Left Left", "|ab" },
        { "a👩‍👩‍👧é|", "Left Left", "a|👩‍👩‍👧é" },
        { "a👩‍👩‍👧|b", "Backspace", "a|b" },
        { "one two.three|", "WordLeft", "one two.|three" },
        { "|one two.three", "WordRight WordRight", "one two|.three" },
        { "one two |three", "KillWordLeft", "one |three" },
        { "one| two three", "KillWordRight Yank Yank", "one two two| three" },
        { "one two|", "KillToLineStart", "|" },
        { "one |two\nthree", "KillToLineEnd", "one |\nthree" },
        { "one|\nthree", "KillToLineEnd", "one|three" },
        { "one\ntw|o", "LineStart Up LineEnd", "one|\ntwo" },
        { "long line\nab|", "Up Down", "long line\nab|" },
        { "long line|\nab", "Down", "long line\nab|" },
        { "ab|", "SwapCharacters", "ba|" },
        { "|ab", "Delete", "|b" },
        { "ab|", "Delete Right", "ab|" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keys_OnAText_GiveTheTextAndTheCaret(string before, string keys, string after)
    {
        var buffer = new EditBuffer();
        buffer.Set(before[(before.IndexOf('|') + 1)..]);
        while (buffer.Caret > 0)
            buffer.Left();
        buffer.Insert(before[..before.IndexOf('|')]);

        foreach (var key in keys.Split(' '))
            typeof(EditBuffer).GetMethod(key)!.Invoke(buffer, null);

        Assert.Equal(after, buffer.Text.Insert(buffer.Caret, "|"));
    }
}
