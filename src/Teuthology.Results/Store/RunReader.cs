namespace Teuthology.Results;

/// <summary>Makes records of rows.</summary>
internal static class RunReader
{
    /// <summary>The record of a run.</summary>
    public static RunRecord Read(RunRow row) => new()
    {
        Name = row.Name,
        User = row.User,
        Suite = row.Suite,
        Branch = row.Branch,
        MachineType = row.MachineType,
        Scheduled = row.Scheduled,
        Posted = row.Posted,
        Started = row.Started,
        Updated = row.Updated,
        Results = row.Jobs,
        Sha1 = row.Sha1,
        Flavor = row.Flavor,
        Priority = (int?)row.Priority,
    };
}
