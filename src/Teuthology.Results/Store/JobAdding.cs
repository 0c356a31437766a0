namespace Teuthology.Results;

/// <summary>The statements that write new jobs: one for all of them where the database takes lists.</summary>
internal static class JobAdding
{
    /// <summary>The statements.</summary>
    public static IEnumerable<FormattableString> Of(IReadOnlyList<JobRow> jobs, ResultsDialect dialect)
    {
        // Those that were told their number beforehand bring it.
        var together = dialect.AddsLists ? jobs.Where(job => job.NewId == 0).ToList() : [];
        return together.Count == 0 ? jobs.Select(One) : jobs.Except(together).Select(One).Append(All(together));
    }

    private static FormattableString One(JobRow job)
    {
        FormattableString column = job.NewId == 0 ? (FormattableString)$"" : $"id, ";
        FormattableString value = job.NewId == 0 ? (FormattableString)$"" : $"{job.NewId}, ";
        return $"""
            INSERT INTO jobs ({column}{Columns})
            VALUES ({value}{job.RunId}, {job.JobId}, {job.Status}, {job.Description}, {job.Duration}, {job.FailureReason}, {job.Owner}, {job.ArchivePath},
                {job.Sha1}, {job.Flavor}, {job.Priority}, {job.Process}, {job.Posted}, {job.Started}, {job.Updated}, {job.Wire.ToJsonString()}, {job.Extra.ToJsonString()},
                {job.Branch}, {job.User}, {job.MachineType}, {job.Queue}, {job.FailureSignature}, {job.FailedAt}, {job.OwnArchive})
            """;
    }

    // Always the same text, however many they are: it is prepared once.
    private static FormattableString All(IReadOnlyList<JobRow> jobs)
    {
        return $"""
            INSERT INTO jobs ({Columns})
            SELECT * FROM unnest({List(job => job.RunId)}, {List(job => job.JobId)}, {List(job => job.Status)}, {List(job => job.Description)},
                {List(job => job.Duration)}, {List(job => job.FailureReason)}, {List(job => job.Owner)}, {List(job => job.ArchivePath)}, {List(job => job.Sha1)},
                {List(job => job.Flavor)}, {List(job => job.Priority)}, {List(job => job.Process)}, {List(job => job.Posted)},
                CAST({List(job => job.Started)} AS timestamptz[]), {List(job => job.Updated)}, {List(job => job.Wire.ToJsonString())},
                {List(job => job.Extra.ToJsonString())}, {List(job => job.Branch)}, {List(job => job.User)}, {List(job => job.MachineType)}, {List(job => job.Queue)},
                {List(job => job.FailureSignature)}, CAST({List(job => job.FailedAt)} AS timestamptz[]), {List(job => job.OwnArchive)})
            """;

        T[] List<T>(Func<JobRow, T> of) => [.. jobs.Select(of)];
    }

    private static FormattableString Columns => $"""
        runid, jobid, status, description, duration, failurereason, owner, archivepath, sha1, flavor, priority, process,
            posted, started, updated, document, extra, branch, "user", machinetype, queue, failuresignature, failedat, ownarchive
        """;
}
