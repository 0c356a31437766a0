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

    /// <summary>How many jobs are in each state; states that never occurred are missing.</summary>
    public Dictionary<string, int> Jobs { get; init; } = [];

    /// <summary>The smallest job id as text; sha1, flavor and priority are that job's.</summary>
    public string? FirstJob { get; set; }

    public string? Sha1 { get; set; }

    public string? Flavor { get; set; }

    public long? Priority { get; set; }

    /// <summary>Counts a job that came (from is null), went (to is null), or changed.</summary>
    public void Count(string? from, string? to)
    {
        if (from is not null)
            Jobs[from] = Jobs.GetValueOrDefault(from) - 1;
        if (to is not null)
            Jobs[to] = Jobs.GetValueOrDefault(to) + 1;
    }
}
