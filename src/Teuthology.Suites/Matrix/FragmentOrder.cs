using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Orders paths component by component, the order in which fragments are merged.</summary>
internal sealed class FragmentOrder : IComparer<string>
{
    public static readonly FragmentOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = x!.Split('/');
        var right = y!.Split('/');
        for (var i = 0; i < left.Length && i < right.Length; i++)
            if (CodePointComparer.Instance.Compare(left[i], right[i]) is var order and not 0)
                return order;
        return left.Length.CompareTo(right.Length);
    }
}
