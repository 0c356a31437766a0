using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Which runs a page lists: what its address says. Days are UTC.</summary>
internal sealed record RunFilter
{
    public const int Count = 50;

    public string? Suite { get; init; }

    public string? Branch { get; init; }

    public string? User { get; init; }

    public string? MachineType { get; init; }

    public string? Status { get; init; }

    public string? Sha1 { get; init; }

    public string? Date { get; init; }

    public int Page { get; init; } = 1;

    public static RunFilter Read(IQueryCollection query)
    {
        var text = new QueryText(query);
        return new RunFilter
        {
            Suite = text.Text("suite"),
            Branch = text.Text("branch"),
            User = text.Text("user"),
            MachineType = text.Text("machine_type"),
            Status = text.Text("status"),
            Sha1 = text.Text("sha1"),
            Date = DateOnly.TryParseExact(text.Text("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text.Text("date") : null,
            Page = Math.Max(1, text.Number("page", 1).Value),
        };
    }

    public RunQuery ToQuery()
    {
        var day = Date is null ? (DateTime?)null : DateTime.SpecifyKind(DateTime.ParseExact(Date, "yyyy-MM-dd", CultureInfo.InvariantCulture), DateTimeKind.Utc);
        return new RunQuery
        {
            Suite = Suite,
            Branch = Branch,
            User = User,
            MachineType = MachineType,
            Status = Status,
            Sha1 = Sha1,
            From = day,
            To = day?.AddDays(1).AddTicks(-1),
            Count = Count,
            Page = Page,
        };
    }

    /// <summary>The address of another page of the same runs.</summary>
    public string Address(int page) => Addresses.With(
        "/ui/runs",
        ("suite", Suite),
        ("branch", Branch),
        ("user", User),
        ("machine_type", MachineType),
        ("status", Status),
        ("sha1", Sha1),
        ("date", Date),
        ("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null));
}
