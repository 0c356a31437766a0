namespace Teuthology.Interactive;

/// <summary>Reads one input of one or more lines from the terminal, with the keys of bash and Emacs.</summary>
/// <param name="keyboard">Where keys come from.</param>
/// <param name="screen">Where the input is drawn.</param>
/// <param name="history">Earlier inputs.</param>
/// <param name="language">What is typed.</param>
internal sealed class LineEditor(Keyboard keyboard, Screen screen, InputHistory history, ILineLanguage language)
{
    private const string Indent = "    ";
    private readonly EditBuffer _buffer = new();

    /// <summary>Reads an input; null for Ctrl-D on an empty line, an empty text for Ctrl-C.</summary>
    public async Task<string?> ReadAsync(string prompt, CancellationToken cancellationToken)
    {
        var further = "...> ".PadLeft(prompt.Length);
        _buffer.Set("");
        while (true)
        {
            screen.Draw(prompt, further, _buffer.Text, _buffer.Caret);
            var key = await KeyAsync(cancellationToken);
            switch (key)
            {
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when _buffer.IsEmpty:
                    screen.Draw(prompt, further, "", 0);
                    screen.Finish();
                    return null;
                case var _ when Keyboard.IsInterrupt(key):
                    Leave(prompt, further, _buffer.Text + "^C");
                    return "";
                case { Key: ConsoleKey.Enter, Modifiers: ConsoleModifiers.None } or { KeyChar: '\r' or '\n', Modifiers: ConsoleModifiers.None } when _buffer.Text.Trim().Length == 0 || language.IsComplete(_buffer.Text):
                    Leave(prompt, further, _buffer.Text);
                    history.Add(_buffer.Text);
                    return _buffer.Text;
                case { Key: ConsoleKey.Tab, Modifiers: ConsoleModifiers.None }:
                    await CompleteAsync(prompt, further, cancellationToken);
                    break;
                case { Key: ConsoleKey.R, Modifiers: ConsoleModifiers.Control }:
                    await SearchAsync(cancellationToken);
                    break;
                default:
                    Edit(key);
                    break;
            }
        }
    }

    // Escape and a key is the key with Alt, as some terminals send it and some people type it.
    private async Task<ConsoleKeyInfo> KeyAsync(CancellationToken cancellationToken)
    {
        var key = await keyboard.ReadAsync(cancellationToken);
        if (key.Key != ConsoleKey.Escape)
            return key;
        key = await keyboard.ReadAsync(cancellationToken);
        return new ConsoleKeyInfo(key.KeyChar, key.Key, key.Modifiers.HasFlag(ConsoleModifiers.Shift), alt: true, key.Modifiers.HasFlag(ConsoleModifiers.Control));
    }

    private void Leave(string prompt, string further, string text)
    {
        screen.Draw(prompt, further, text, text.Length);
        screen.Finish();
    }

    private void Edit(ConsoleKeyInfo key)
    {
        if (EditKeys.Find(key) is { } edit)
            edit(_buffer);
        else if (key.Key is ConsoleKey.UpArrow || key is { Key: ConsoleKey.P, Modifiers: ConsoleModifiers.Control })
            Show(_buffer.Up() ? null : history.Earlier(_buffer.Text));
        else if (key.Key is ConsoleKey.DownArrow || key is { Key: ConsoleKey.N, Modifiers: ConsoleModifiers.Control })
            Show(_buffer.Down() ? null : history.Later());
        else if (key is { Key: ConsoleKey.L, Modifiers: ConsoleModifiers.Control })
            screen.Clear();
        else if (key.Key is ConsoleKey.Enter || key.KeyChar is '\r' or '\n')
            _buffer.Insert("\n");
        else if (!char.IsControl(key.KeyChar) && !key.Modifiers.HasFlag(ConsoleModifiers.Control))
            _buffer.Insert(key.KeyChar.ToString());
    }

    private void Show(string? text)
    {
        if (text is not null)
            _buffer.Set(text);
    }

    private async Task CompleteAsync(string prompt, string further, CancellationToken cancellationToken)
    {
        var before = _buffer.Text[..(_buffer.Caret)];
        if (before.Length == 0 || before[^1] is '\n' or ' ' && before[(before.LastIndexOf('\n') + 1)..].Trim().Length == 0)
        {
            _buffer.Insert(Indent);
            return;
        }

        var found = await language.CompleteAsync(_buffer.Text, _buffer.Caret, cancellationToken);
        if (found.Words.Count == 0)
            return;
        var typed = _buffer.Text[found.Start.._buffer.Caret];
        if (found.Common.Length > typed.Length || (found.Words.Count == 1 && found.Common != typed))
        {
            _buffer.Replace(found.Start, found.Common);
            return;
        }

        if (found.Words.Count > 1)
        {
            screen.Draw(prompt, further, _buffer.Text, _buffer.Text.Length);
            screen.Finish();
            screen.List(found.Words);
        }
    }

    // As in bash: typing looks further back, Ctrl-R for the next one, Ctrl-C and Ctrl-G give up, any other key takes it.
    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        var (before, wanted, at) = (_buffer.Text, "", int.MaxValue);
        while (true)
        {
            screen.Draw($"(search) {wanted}: ", "", _buffer.Text.Replace('\n', ' '), _buffer.Text.Length);
            var key = await keyboard.ReadAsync(cancellationToken);
            if (key is { Key: ConsoleKey.R, Modifiers: ConsoleModifiers.Control })
            {
                at = Found(history.Find(wanted, at)) ?? at;
            }
            else if (key.Key == ConsoleKey.Backspace)
            {
                wanted = wanted.Length == 0 ? "" : wanted[..^1];
                at = Found(history.Find(wanted, int.MaxValue)) ?? int.MaxValue;
            }
            else if (!char.IsControl(key.KeyChar) && key.Modifiers is ConsoleModifiers.None or ConsoleModifiers.Shift && key.KeyChar != '\0')
            {
                wanted += key.KeyChar;
                at = Found(history.Find(wanted, at == int.MaxValue ? at : at + 1)) ?? at;
            }
            else
            {
                if (Keyboard.IsInterrupt(key) || key is { Key: ConsoleKey.G, Modifiers: ConsoleModifiers.Control })
                    _buffer.Set(before);
                else
                    Edit(key.Key == ConsoleKey.Enter ? default : key);
                return;
            }
        }

        int? Found((int Index, string Text)? hit)
        {
            if (hit is null)
                return null;
            _buffer.Set(hit.Value.Text);
            return hit.Value.Index;
        }
    }
}
