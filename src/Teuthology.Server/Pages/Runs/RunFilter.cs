using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Which runs a page lists: what its address says.</summary>
internal sealed record RunFilter(string? Suite, string? Branch, string? User, int Page)
{
    public const int Count = 50;

    public static RunFilter Read(IQueryCollection query)
    {
        var text = new QueryText(query);
        return new RunFilter(text.Text("suite"), text.Text("branch"), text.Text("user"), Math.Max(1, text.Number("page", 1).Value));
    }

    public RunQuery ToQuery() => new() { Suite = Suite, Branch = Branch, User = User, Count = Count, Page = Page };

    /// <summary>The address of another page of the same runs.</summary>
    public string Address(int page) => Addresses.With(
        "/ui/runs", ("suite", Suite), ("branch", Branch), ("user", User), ("page", page > 1 ? page.ToString() : null));
}
