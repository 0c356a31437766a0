using System.Buffers.Binary;
using System.Text;

namespace Teuthology.Suites;

/// <summary>A key of mappings; one object for each text, ordered by code point.</summary>
internal sealed class LayerKey
{
    private readonly byte[] _utf8;
    private readonly ulong _begin;

    public LayerKey(string text)
    {
        _utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> begin = stackalloc byte[8];
        begin.Clear();
        _utf8.AsSpan(0, Math.Min(8, _utf8.Length)).CopyTo(begin);
        _begin = BinaryPrimitives.ReadUInt64BigEndian(begin);
    }

    public static IComparer<LayerKey> Order { get; } = Comparer<LayerKey>.Create((x, y) => x == y ? 0 : x.IsBefore(y) ? -1 : 1);

    /// <summary>The order of UTF-8 is that of the code points.</summary>
    public bool IsBefore(LayerKey other) =>
        _begin != other._begin ? _begin < other._begin : _utf8.AsSpan().SequenceCompareTo(other._utf8) < 0;
}
