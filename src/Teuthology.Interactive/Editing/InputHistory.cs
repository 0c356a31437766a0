using System.Text;

namespace Teuthology.Interactive;

/// <summary>What was typed before, in this session and in earlier ones. One entry a line in the file; a line break in it is written <c>\n</c>.</summary>
internal sealed class InputHistory
{
    private const int Most = 1000;
    private readonly string? _file;
    private readonly List<string> _entries;
    private int _at;
    private string _draft = "";

    private InputHistory(string? file, IEnumerable<string> entries)
    {
        _file = file;
        _entries = [.. entries];
        _at = _entries.Count;
    }

    /// <summary>Opens the user's own: <c>teuthology/interactive_history</c> in the state directory of the XDG base directory specification.</summary>
    public static InputHistory OfUser()
    {
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named && Path.IsPathRooted(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "state");
        return Open(Path.Combine(state, "teuthology", "interactive_history"));
    }

    /// <summary>Opens a file; without one that can be read and written the history lives as long as the session.</summary>
    public static InputHistory Open(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
            if (lines.Length > 2 * Most)
                File.WriteAllLines(file, lines[^Most..]);
            return new InputHistory(file, lines.TakeLast(Most).Select(Decode));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new InputHistory(null, []);
        }
    }

    public void Add(string text)
    {
        _draft = "";
        if (text.Trim().Length > 0 && (_entries.Count == 0 || _entries[^1] != text))
        {
            _entries.Add(text);
            Save(text);
        }

        _at = _entries.Count;
    }

    /// <summary>The entry before the one shown; null when there is none.</summary>
    /// <param name="shown">What is shown now; kept as a draft.</param>
    public string? Earlier(string shown)
    {
        if (_at == 0)
            return null;
        if (_at == _entries.Count)
            _draft = shown;
        return _entries[--_at];
    }

    /// <summary>The entry after the one shown, at last the draft; null when that is shown.</summary>
    public string? Later()
    {
        if (_at == _entries.Count)
            return null;
        return ++_at == _entries.Count ? _draft : _entries[_at];
    }

    /// <summary>The newest entry that holds <paramref name="part"/>, older than <paramref name="before"/>; null when there is none.</summary>
    public (int Index, string Text)? Find(string part, int before)
    {
        for (var i = Math.Min(before, _entries.Count) - 1; i >= 0; i--)
        {
            if (_entries[i].Contains(part, StringComparison.OrdinalIgnoreCase))
                return (i, _entries[i]);
        }

        return null;
    }

    private void Save(string text)
    {
        try
        {
            if (_file is null)
                return;
            using var file = new FileStream(_file, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(Encoding.UTF8.GetBytes(Encode(text) + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a full disk must not end the session; this entry lives as long as it
        }
    }

    private static string Encode(string text) => text.Replace("\\", "\\\\").Replace("\n", "\\n");

    private static string Decode(string line)
    {
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
                text.Append(line[++i] == 'n' ? '\n' : line[i]);
            else
                text.Append(line[i]);
        }

        return text.ToString();
    }
}
