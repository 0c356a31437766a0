namespace Teuthology.Results;

/// <summary>A row of table <c>runs</c>.</summary>
internal sealed class RunRow
{
    public long Id { get; set; }

    public required string Name { get; set; }

    public string User { get; set; } = "";

    public string Suite { get; set; } = "";

    public string Branch { get; set; } = "";

    public string MachineType { get; set; } = "";

    public DateTime Scheduled { get; set; }

    public DateTime Posted { get; set; }

    public DateTime? Started { get; set; }

    public DateTime Updated { get; set; }

    public List<JobRow> Jobs { get; } = [];
}
