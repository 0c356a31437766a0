namespace Teuthology.Yaml;

/// <summary>A YAML sequence; for the kinds of values see <see cref="YamlMap"/>.</summary>
public sealed class YamlList : List<object?>
{
    private List<YamlMark?>? _marks;

    /// <summary>An empty list.</summary>
    public YamlList()
    {
    }

    /// <summary>A list of <paramref name="items"/>.</summary>
    /// <param name="items">The values.</param>
    public YamlList(IEnumerable<object?> items)
        : base(items)
    {
    }

    /// <summary>Where the list begins, if it was read from a text.</summary>
    public YamlMark? Mark { get; set; }

    /// <summary>Where the item at <paramref name="index"/> stands, else where the list begins.</summary>
    /// <param name="index">Index, from 0.</param>
    public YamlMark? MarkOf(int index) => _marks is not null && index < _marks.Count && _marks[index] is { } mark ? mark : Mark;

    /// <summary>Notes where the item at <paramref name="index"/> stands.</summary>
    /// <param name="index">Index, from 0.</param>
    /// <param name="mark">Its place.</param>
    public void SetMark(int index, YamlMark? mark)
    {
        _marks ??= [];
        while (_marks.Count <= index)
            _marks.Add(null);
        _marks[index] = mark;
    }
}
