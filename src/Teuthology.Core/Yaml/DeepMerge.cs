namespace Teuthology.Yaml;

/// <summary>
/// Upstream's merge of fragments: lists are appended, mappings merged key by key, null changes nothing, anything else is replaced.
/// </summary>
public static class DeepMerge
{
    /// <summary><paramref name="from"/> merged into <paramref name="into"/>. Neither is changed and the result shares nothing with them.</summary>
    /// <param name="into">What is there; may be null.</param>
    /// <param name="from">What comes on top; may be null.</param>
    /// <exception cref="ConfigurationException">A list meets something else than a list, or a mapping something else than a mapping (both places are named); a date comes in below a key.</exception>
    public static object? Merge(object? into, object? from) => MergeInto(YamlCopy.DeepCopy(into), YamlCopy.DeepCopy(from));

    /// <summary>Merges <paramref name="from"/> into <paramref name="into"/> itself; parts of <paramref name="from"/> become parts of it too.</summary>
    /// <param name="into">Is changed.</param>
    /// <param name="from">Is not changed here, but later changes of the result may change it.</param>
    /// <returns><paramref name="into"/>, or what stands in its place when that is null or a scalar.</returns>
    /// <exception cref="ConfigurationException">As in <see cref="Merge"/>.</exception>
    public static object? MergeInto(object? into, object? from)
    {
        return Onto(into, from, MarkOf(into), MarkOf(from), above: null, key: "", new Effort());
    }

    private static YamlMark? MarkOf(object? value) => value switch
    {
        YamlMap map => map.Mark,
        YamlList list => list.Mark,
        _ => null,
    };

    private static object? Onto(object? into, object? from, YamlMark? intoMark, YamlMark? fromMark, Place? above, object key, Effort effort)
    {
        switch (into, from)
        {
            case (_, null):
                return into;
            case (null, YamlMap source):
                // A mapping that comes in below a key is taken apart, as upstream: what an anchor shared in it is no longer one object.
                return Entries(new YamlMap(source.Count) { Mark = source.Mark }, source, new Place(above, key), effort);
            case (null, YamlList source):
                return Append(new YamlList { Mark = source.Mark, Capacity = source.Count }, source, effort);
            case (YamlMap target, YamlMap source):
                return Entries(target, source, new Place(above, key), effort);
            case (YamlList target, YamlList source):
                return Append(target, source, effort);
            case (null, DateOnly or DateTime or DateTimeOffset):
                // Upstream crashes here, hence no suite relies on an answer.
                throw new ConfigurationException($"'{ShownText.Of($"{new Place(above, key)}")}' is a date, which cannot be merged; put it into quotes", fromMark);
            case (YamlMap or YamlList, _):
                throw Conflict(into, from, intoMark, fromMark, $"{new Place(above, key)}");
            default:
                return from;
        }
    }

    private static YamlMap Entries(YamlMap target, YamlMap source, Place place, Effort effort)
    {
        effort.Spend(source.Count, source.Mark, weight: 5);
        effort.Enter(source.Mark, place);
        foreach (var (key, value) in source)
        {
            var had = target.TryGetValue(key, out var old);
            var mark = source.MarkOf(key);
            var merged = Onto(old, value, had ? target.MarkOf(key) : null, mark, place, key, effort);
            target[key] = merged;
            // A container keeps the place where it began; a scalar has that of the fragment that set it.
            if (old is null || (value is not null && merged is not (YamlMap or YamlList)))
                target.SetMark(key, mark);
        }

        effort.Leave();
        return target;
    }

    private static YamlList Append(YamlList target, YamlList source, Effort effort)
    {
        effort.Spend(source.Count, source.Mark);
        // Counted first: an alias can make a list part of itself.
        for (int i = 0, count = source.Count; i < count; i++)
        {
            target.SetMark(target.Count, source.MarkOf(i));
            target.Add(source[i]);
        }

        return target;
    }

    private static ConfigurationException Conflict(object into, object from, YamlMark? intoMark, YamlMark? fromMark, string path)
    {
        var where = path.Length == 0 ? "" : $" for '{ShownText.Of(path)}'";
        var earlier = intoMark is null ? "what is there" : $"{intoMark}";
        return new ConfigurationException($"cannot merge {Name(from)} into {Name(into)}{where}; {earlier} has {Name(into)}", fromMark);
    }

    private static string Name(object value) => value switch
    {
        YamlMap => "a mapping",
        YamlList => "a list",
        string text => $"the text '{ShownText.Of(text)}'",
        _ => $"the value {CanonicalJson.Write(value)}",
    };

    /// <summary>What one merge has taken: aliases can make a mapping a part of itself, or double it on each level.</summary>
    private sealed class Effort
    {
        private const int Deepest = 1000;
        private const int MostSteps = 1_000_000;

        private int _depth;
        private int _steps;

        public void Enter(YamlMark? mark, Place place)
        {
            if (++_depth > Deepest)
                throw new ConfigurationException($"a mapping under '{place.ToString().Split('.')[0]}' contains itself, which cannot be merged", mark);
        }

        public void Leave() => _depth--;

        public void Spend(int count, YamlMark? mark, int weight = 1)
        {
            _steps += count * weight;
            if (_steps > MostSteps)
                throw new ConfigurationException($"merging takes more than {MostSteps} steps; do aliases multiply what they name?", mark);
        }
    }

    /// <summary>Where a value stands: put into words only when something is wrong there.</summary>
    private sealed class Place(Place? above, object key)
    {
        public override string ToString() => above?.ToString() is { Length: > 0 } path ? $"{path}.{key}" : $"{key}";
    }
}
