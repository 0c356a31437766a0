namespace Teuthology.Orchestra;

/// <summary>A piece of a command line: text that is quoted, or a raw piece that the shell interprets.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsRaw">Whether the shell sees it as it is, such as <c>|</c>, <c>&amp;&amp;</c> or <c>$HOME</c>.</param>
public readonly record struct CommandWord(string Text, bool IsRaw)
{
    /// <summary>A raw piece; upstream's <c>Raw</c>.</summary>
    /// <param name="text">Shell syntax.</param>
    public static CommandWord Raw(string text) => new(text, IsRaw: true);

    /// <summary>A word that reaches the program unchanged.</summary>
    /// <param name="text">Any text without NUL.</param>
    public static CommandWord Quoted(string text) => new(text, IsRaw: false);

    /// <summary>As <see cref="Quoted"/>.</summary>
    /// <param name="text">Any text without NUL.</param>
    public static implicit operator CommandWord(string text) => Quoted(text);

    /// <summary>As the shell reads it.</summary>
    public override string ToString() => IsRaw ? Text : ShellQuote.Quote(Text);
}
