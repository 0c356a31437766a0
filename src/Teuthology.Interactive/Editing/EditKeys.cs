namespace Teuthology.Interactive;

/// <summary>The keys that move the caret and change the text.</summary>
internal static class EditKeys
{
    private static readonly Dictionary<(ConsoleKey Key, ConsoleModifiers Modifiers), Action<EditBuffer>> Known = new()
    {
        [(ConsoleKey.LeftArrow, ConsoleModifiers.None)] = b => b.Left(),
        [(ConsoleKey.B, ConsoleModifiers.Control)] = b => b.Left(),
        [(ConsoleKey.RightArrow, ConsoleModifiers.None)] = b => b.Right(),
        [(ConsoleKey.F, ConsoleModifiers.Control)] = b => b.Right(),
        [(ConsoleKey.Home, ConsoleModifiers.None)] = b => b.LineStart(),
        [(ConsoleKey.A, ConsoleModifiers.Control)] = b => b.LineStart(),
        [(ConsoleKey.End, ConsoleModifiers.None)] = b => b.LineEnd(),
        [(ConsoleKey.E, ConsoleModifiers.Control)] = b => b.LineEnd(),
        [(ConsoleKey.LeftArrow, ConsoleModifiers.Control)] = b => b.WordLeft(),
        [(ConsoleKey.B, ConsoleModifiers.Alt)] = b => b.WordLeft(),
        [(ConsoleKey.RightArrow, ConsoleModifiers.Control)] = b => b.WordRight(),
        [(ConsoleKey.F, ConsoleModifiers.Alt)] = b => b.WordRight(),
        [(ConsoleKey.Backspace, ConsoleModifiers.None)] = b => b.Backspace(),
        [(ConsoleKey.H, ConsoleModifiers.Control)] = b => b.Backspace(),
        [(ConsoleKey.Delete, ConsoleModifiers.None)] = b => b.Delete(),
        [(ConsoleKey.D, ConsoleModifiers.Control)] = b => b.Delete(),
        [(ConsoleKey.W, ConsoleModifiers.Control)] = b => b.KillWordLeft(),
        [(ConsoleKey.Backspace, ConsoleModifiers.Alt)] = b => b.KillWordLeft(),
        [(ConsoleKey.D, ConsoleModifiers.Alt)] = b => b.KillWordRight(),
        [(ConsoleKey.U, ConsoleModifiers.Control)] = b => b.KillToLineStart(),
        [(ConsoleKey.K, ConsoleModifiers.Control)] = b => b.KillToLineEnd(),
        [(ConsoleKey.Y, ConsoleModifiers.Control)] = b => b.Yank(),
        [(ConsoleKey.T, ConsoleModifiers.Control)] = b => b.SwapCharacters(),
    };

    /// <summary>What a key does to the text, or null when it is none of these.</summary>
    public static Action<EditBuffer>? Find(ConsoleKeyInfo key) => Known.GetValueOrDefault((key.Key, key.Modifiers));
}
