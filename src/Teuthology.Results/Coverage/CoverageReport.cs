namespace Teuthology.Results;

/// <summary>
/// Makes lcov tracefiles, and HTML, of the gcov counts in the archive of a run: one of each job that collected some, and their sum. A job's
/// counts are those of all its machines together.
/// </summary>
public sealed class CoverageReport
{
    private static readonly string[] Branches = ["--rc", "lcov_branch_coverage=1"];
    private readonly CoverageOptions _options;
    private readonly CoverageTools _tools;
    private readonly string _scratch;

    private CoverageReport(CoverageOptions options, CoverageTools tools, string scratch) => (_options, _tools, _scratch) = (options, tools, scratch);

    /// <summary>Makes the report.</summary>
    /// <param name="options">Of what, and where to.</param>
    /// <param name="progress">Told of each job.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A row for each job, then the total.</returns>
    /// <exception cref="ConfigurationException">There is no such archive, no job with counts in it, or lcov is missing.</exception>
    /// <exception cref="TeuthologyException">lcov failed.</exception>
    public static async Task<IReadOnlyList<CoverageRow>> MakeAsync(CoverageOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var jobs = ArchivedJob.List(options.TestDirectory).Where(job => job.Summary is not null && Counts(Home(options, job)).Any()).ToList();
        if (jobs.Count == 0)
            throw new ConfigurationException($"{options.TestDirectory}: no finished job has gcov counts in remote/HOST/coverage; jobs collect them by the task `coverage`");
        Directory.CreateDirectory(options.Output);
        var scratch = Directory.CreateTempSubdirectory("teuthology-coverage-").FullName;
        try
        {
            await using var log = new StreamWriter(Path.Combine(options.Output, "coverage.log"));
            return await new CoverageReport(options, new CoverageTools(options.ToolsDirectory, log), scratch).MakeAsync(jobs, progress, cancellationToken);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string Home(CoverageOptions options, ArchivedJob job) => Path.Combine(options.TestDirectory, job.JobId);

    /// <summary>The counts of a job: host, the file, and the path that the program was built at.</summary>
    private static IEnumerable<(string Host, string Counts, string Built)> Counts(string home)
    {
        var remote = Path.Combine(home, "remote");
        if (!Directory.Exists(remote))
            yield break;
        foreach (var directory in Directory.EnumerateDirectories(remote).Order(StringComparer.Ordinal))
        {
            var host = Path.GetFileName(directory);
            var coverage = Path.Combine(directory, "coverage");
            if (!Directory.Exists(coverage))
                continue;
            // Machines that share a file system bring each other's counts; a machine's own are below its name.
            var own = Path.Combine(coverage, host);
            var root = Directory.Exists(own) ? own : coverage;
            foreach (var counts in Directory.EnumerateFiles(root, "*.gcda", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                yield return (host, counts, "/" + Path.GetRelativePath(root, counts));
        }
    }

    private async Task<IReadOnlyList<CoverageRow>> MakeAsync(List<ArchivedJob> jobs, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var initial = await InitialAsync(jobs, cancellationToken);
        var rows = new List<CoverageRow>();
        foreach (var job in jobs)
        {
            progress?.Report($"job {job.JobId}: {job.Text("description") ?? "-"}");
            var parts = initial is null ? new List<string>() : [initial];
            foreach (var host in Counts(Home(_options, job)).GroupBy(c => c.Host))
                parts.Add(await CaptureAsync(job, host.Key, [.. host], cancellationToken));
            rows.Add(await SumAsync(job.JobId, job.Text("description"), job.Text("ceph-sha1"), parts, cancellationToken));
        }

        var suite = jobs.Select(job => job.Text("description")?.Split('/', ':')[0]).FirstOrDefault(name => name is not null) ?? "the run";
        rows.Add(await SumAsync("total", $"total for {suite}", rows[0].Revision, [.. rows.Select(row => row.Tracefile)], cancellationToken));
        return rows;
    }

    /// <summary>Zeros for every line of the build, so that files which no job touched count too.</summary>
    private async Task<string?> InitialAsync(List<ArchivedJob> jobs, CancellationToken cancellationToken)
    {
        if (_options.SkipInit)
            return null;
        var notes = Path.Combine(_scratch, "init");
        if (_options.BuildDirectory is not { } build)
        {
            foreach (var (_, _, built) in jobs.SelectMany(job => Counts(Home(_options, job))).DistinctBy(c => c.Built))
                Link(Notes(built), Path.ChangeExtension(notes + built, ".gcno"));
            build = notes;
        }

        var tracefile = Path.Combine(_scratch, "init.lcov");
        await _tools.RunAsync("lcov", ["-c", "-i", "-d", build, "-o", tracefile, .. Branches], cancellationToken);
        return tracefile;
    }

    private async Task<string> CaptureAsync(ArchivedJob job, string host, IReadOnlyList<(string Host, string Counts, string Built)> counts, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(_scratch, job.JobId, host);
        foreach (var (_, file, built) in counts)
        {
            Link(file, directory + built);
            Link(Notes(built), Path.ChangeExtension(directory + built, ".gcno"));
        }

        var tracefile = Path.Combine(_scratch, $"{job.JobId}.{host}.lcov");
        await _tools.RunAsync("lcov", ["-c", "-d", directory, "-o", tracefile, "-t", $"job_{job.JobId}", .. Branches], cancellationToken);
        return tracefile;
    }

    private async Task<CoverageRow> SumAsync(string name, string? description, string? revision, List<string> parts, CancellationToken cancellationToken)
    {
        var tracefile = Path.Combine(_options.Output, name + ".lcov");
        await _tools.RunAsync("lcov", [.. parts.SelectMany(part => new[] { "-a", part }), "-o", tracefile, .. Branches], cancellationToken);
        if (_options.HtmlOutput is { } html)
            await _tools.RunAsync("genhtml", ["--branch-coverage", "-t", description ?? name, "-o", Path.Combine(html, name), tracefile], cancellationToken);
        return new CoverageRow(name, description, revision, tracefile, CoverageCounts.Read(tracefile));
    }

    /// <summary>The compiler's notes that go with counts of a program built at <paramref name="built"/>.</summary>
    private string Notes(string built)
    {
        var path = Path.ChangeExtension(built, ".gcno");
        if (_options.BuildDirectory is not { } build)
        {
            return File.Exists(path)
                ? path
                : throw new ConfigurationException($"the compiler's notes {path} are not there; name the directory of the build by --build-dir");
        }

        // The build may have moved: the longest tail of its path that is there.
        for (var tail = path.TrimStart('/'); ; tail = tail[(tail.IndexOf('/') + 1)..])
        {
            if (Path.Combine(build, tail) is var moved && File.Exists(moved))
                return moved;
            if (!tail.Contains('/'))
                throw new ConfigurationException($"--build-dir {build}: no {Path.GetFileName(path)} for {path}");
        }
    }

    private static void Link(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.CreateSymbolicLink(to, from);
    }
}
