using System.Data.Common;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>Makes records of rows.</summary>
internal static class RunReader
{
    /// <summary>Adds to each run what its jobs tell.</summary>
    public static async Task<IReadOnlyList<RunRecord>> ReadAsync(DbConnection connection, List<RunRow> rows, CancellationToken cancellationToken)
    {
        var jobs = new JobTable(connection);
        List<RunRecord> runs = [];
        foreach (var row in rows)
        {
            var first = await jobs.FirstAsync(row.Id, cancellationToken);
            runs.Add(new RunRecord
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
                Results = await jobs.CountAsync(row.Id, cancellationToken),
                Sha1 = first?.Sha1,
                Flavor = first?.Flavor,
                Priority = first?.Priority,
            });
        }

        return runs;
    }

    /// <summary>The record of a job.</summary>
    public static JobRecord Read(string runName, JobRow row) => new()
    {
        RunName = runName,
        JobId = row.JobId,
        Status = row.Status,
        Description = row.Description,
        Duration = row.Duration,
        FailureReason = row.FailureReason,
        Owner = row.Owner,
        ArchivePath = row.ArchivePath,
        Posted = row.Posted,
        Started = row.Started,
        Updated = row.Updated,
        Document = (JsonObject)JsonNode.Parse(row.Document)!,
    };
}
