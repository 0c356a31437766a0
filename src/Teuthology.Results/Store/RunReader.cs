using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Teuthology.Results;

/// <summary>Makes records of rows.</summary>
internal static class RunReader
{
    /// <summary>Adds to each run what its jobs tell: two queries, however many runs.</summary>
    public static async Task<IReadOnlyList<RunRecord>> ReadAsync(ResultsContext context, List<RunRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.ConvertAll(row => row.Id);
        var counts = await context.Jobs.AsNoTracking().Where(job => ids.Contains(job.RunId))
            .GroupBy(job => new { job.RunId, job.Status })
            .Select(group => new { group.Key.RunId, group.Key.Status, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var firsts = await context.Jobs.AsNoTracking()
            .Where(job => ids.Contains(job.RunId) && !context.Jobs.Any(other => other.RunId == job.RunId && other.JobId.CompareTo(job.JobId) < 0))
            .Select(job => new { job.RunId, job.Sha1, job.Flavor, job.Priority })
            .ToDictionaryAsync(job => job.RunId, cancellationToken);
        return rows.ConvertAll(row => new RunRecord
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
            Results = counts.Where(count => count.RunId == row.Id).ToDictionary(count => count.Status, count => count.Count),
            Sha1 = firsts.GetValueOrDefault(row.Id)?.Sha1,
            Flavor = firsts.GetValueOrDefault(row.Id)?.Flavor,
            Priority = firsts.GetValueOrDefault(row.Id)?.Priority,
        });
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
