namespace Teuthology.Suites;

/// <summary>The next selection of each child of a sum, the one that comes first on top: a binary heap.</summary>
internal sealed class PlaceQueue(int capacity)
{
    private readonly Place[] _places = new Place[capacity];
    private int _count;

    /// <summary>What comes first.</summary>
    public Place First => _places[0];

    /// <summary>Adds a child's next selection.</summary>
    public void Add(Place place)
    {
        var at = _count++;
        for (; at > 0 && place.IsBefore(_places[(at - 1) / 2]); at = (at - 1) / 2)
            _places[at] = _places[(at - 1) / 2];
        _places[at] = place;
    }

    /// <summary>Takes <see cref="First"/> away and adds <paramref name="place"/>.</summary>
    public void ReplaceFirst(Place place)
    {
        var at = 0;
        for (var below = 1; below < _count; below = (2 * at) + 1)
        {
            if (below + 1 < _count && _places[below + 1].IsBefore(_places[below]))
                below++;
            if (!_places[below].IsBefore(place))
                break;
            _places[at] = _places[below];
            at = below;
        }

        _places[at] = place;
    }

    /// <summary>Selection <paramref name="Index"/> of the <paramref name="Size"/> that a child has: it stands at Index/Size of the way.</summary>
    public readonly record struct Place(WideInt Index, WideInt Size, int Child)
    {
        /// <summary>At the same place earlier children come first.</summary>
        public bool IsBefore(Place other)
        {
            var (own, others) = (Index * other.Size, other.Index * Size);
            return own != others ? own < others : Child < other.Child;
        }
    }
}
