using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// Writes jobs without making them: lays the fragments' sorted mappings one over the other and copies what each contributes. Gives what
/// <see cref="DeepMerge"/> and the format's writer give one after the other. Belongs to one thread.
/// </summary>
/// <param name="reader">Makes layers of fragments.</param>
/// <param name="format">How jobs are written.</param>
/// <param name="begin">What every job begins with.</param>
internal sealed class LayerWriter(LayerReader reader, ILayerFormat format, YamlMap begin)
{
    private readonly LayerValue _begin = reader.Read(begin);
    private LayerValue[] _values = new LayerValue[256];
    private int[] _positions = new int[256];
    private int _count;

    /// <summary>Writes the job that <paramref name="parts"/> make; false, with some bytes to be taken back, when only the full merge can.</summary>
    /// <param name="parts">Selections in merge order.</param>
    /// <param name="output">Where to.</param>
    public bool TryWrite(ReadOnlySpan<Selection> parts, Utf8Output output)
    {
        _count = 0;
        Push(_begin);
        foreach (var part in parts)
        {
            if (reader.Read(part) is not { } maps)
                return false;
            foreach (var map in maps)
                Push(map);
        }

        output.Write(format.Begin);
        if (!Entries(0, output))
            return false;
        output.Write(format.End);
        return true;
    }

    private void Push(LayerValue value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, _count * 2);
            Array.Resize(ref _positions, _count * 2);
        }

        _values[_count] = value;
        _positions[_count++] = 0;
    }

    /// <summary>Merges the mappings from <paramref name="first"/> to the end of the stack.</summary>
    private bool Entries(int first, Utf8Output output)
    {
        var end = _count;
        for (var isFirst = true; Least(first, end) is { } key; isFirst = false)
        {
            if (!isFirst)
                output.Write(format.Separator);
            for (var i = first; i < end; i++)
            {
                var map = _values[i];
                var position = _positions[i];
                if (position == map.Keys.Length || map.Keys[position] != key)
                    continue;
                _positions[i]++;
                Push(map.Values[position]);
            }

            if (!Entry(end, output))
                return false;
            _count = end;
        }

        return true;
    }

    private LayerKey? Least(int first, int end)
    {
        LayerKey? least = null;
        for (var i = first; i < end; i++)
        {
            var keys = _values[i].Keys;
            var position = _positions[i];
            if (position < keys.Length && keys[position] is var key && key != least && (least is null || key.IsBefore(least)))
                least = key;
        }

        return least;
    }

    /// <summary>Writes the entry that the values from <paramref name="first"/> to the end of the stack make.</summary>
    private bool Entry(int first, Utf8Output output)
    {
        var head = _values[first];
        if (_count == first + 1)
        {
            output.Write(head.Entry);
            return true;
        }

        if (!Reduce(first))
            return false;
        if (_count == first)
        {
            output.Write(head.Entry);
            return true;
        }

        head = _values[first];
        if (_count == first + 1)
        {
            output.Write(head.Entry);
            return true;
        }

        output.Write(head.Head);
        if (head.Kind == LayerKind.Map)
        {
            if (!Entries(first, output))
                return false;
            output.Write(format.MapTail);
            return true;
        }

        for (var i = first; i < _count; i++)
        {
            if (i > first)
                output.Write(format.Separator);
            output.Write(_values[i].Items);
        }

        output.Write(format.ListTail);
        return true;
    }

    /// <summary>
    /// Leaves of the values from <paramref name="first"/> on those that count: no null, nothing that a later one replaces, no empty list or mapping
    /// beside another. False where the full merge has more to do or to say.
    /// </summary>
    private bool Reduce(int first)
    {
        var kept = first;
        for (var i = first; i < _count; i++)
        {
            var value = _values[i];
            if (value.Kind == LayerKind.Null)
                continue;
            if (kept > first && _values[kept - 1] is var before && !(before.Kind == value.Kind && before.Kind != LayerKind.Scalar))
            {
                // A list or mapping takes only its like. One that replaces a scalar keeps what an alias shares in it.
                if (before.Kind != LayerKind.Scalar || value.HasAliases)
                    return false;
                kept = first;
            }

            if (kept > first && value.IsEmpty)
                continue;
            if (kept == first + 1 && _values[first].IsEmpty)
                kept = first;
            _values[kept++] = value;
        }

        _count = kept;
        return true;
    }
}
