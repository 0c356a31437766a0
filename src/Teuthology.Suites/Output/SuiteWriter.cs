namespace Teuthology.Suites;

/// <summary>Writes the jobs of suites in UTF-8 while they are made: as bytes that the jobs share, without an object for each job.</summary>
/// <param name="stream">Where to; is not closed. Gets pieces of some ten thousand bytes.</param>
/// <param name="format">How.</param>
public sealed class SuiteWriter(Stream stream, SuiteFormat format)
{
    private readonly Utf8Output _output = new(stream);

    /// <summary>Writes jobs in order; reads no fragment.</summary>
    /// <param name="matrix">The suite.</param>
    /// <param name="filter">Which jobs; null for all.</param>
    /// <param name="limit">How many at most, counted after the filter; 0 for all.</param>
    /// <param name="cancellationToken">Ends the writing after a job.</param>
    /// <exception cref="ConfigurationException">The suite cannot give the next job. The jobs before it are written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(SuiteMatrix matrix, SuiteFilter? filter, long limit, CancellationToken cancellationToken) =>
        Write(matrix, filter, limit, merging: null, cancellationToken);

    /// <summary>Writes jobs in order with their fragments merged.</summary>
    /// <param name="matrix">The suite.</param>
    /// <param name="merger">Merges fragments; jobs that it drops are left out.</param>
    /// <param name="limit">How many at most, counted after the filter; 0 for all.</param>
    /// <param name="cancellationToken">Ends the writing after a job.</param>
    /// <exception cref="ConfigurationException">As <see cref="Write(SuiteMatrix, SuiteFilter?, long, CancellationToken)"/>, or a fragment cannot be read or merged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void WriteMerged(SuiteMatrix matrix, JobMerger merger, long limit, CancellationToken cancellationToken) =>
        Write(matrix, merger.Filter, limit, new MergedLine(merger, matrix.Suite, format), cancellationToken);

    private void Write(SuiteMatrix matrix, SuiteFilter? filter, long limit, MergedLine? merging, CancellationToken cancellationToken)
    {
        var left = limit == 0 ? long.MaxValue : limit;
        var walk = new SuiteWalk(matrix, filter is { KeepsAll: false } ? filter : null);
        var line = new JobLine(_output, format == SuiteFormat.Json);
        var start = 0;
        try
        {
            while (left > 0 && walk.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                start = _output.Length;
                if (TryWrite(walk, line, merging))
                    left--;
                else
                    _output.Length = start;
                start = _output.Length;
                _output.Settle();
            }
        }
        catch
        {
            // No half of a line; what waits no longer cannot be taken back.
            _output.Length = Math.Min(start, _output.Length);
            throw;
        }
        finally
        {
            _output.Flush();
        }
    }

    private bool TryWrite(SuiteWalk walk, JobLine line, MergedLine? merging)
    {
        _output.Write(format == SuiteFormat.Json ? "{\"description\":\""u8 : merging is null ? [] : "--- # "u8);
        walk.Describe(line);
        _output.Write(format == SuiteFormat.Json ? "\",\"paths\":["u8 : "\n"u8);
        if (format == SuiteFormat.Json)
            WritePaths(line);
        if (merging is not null)
        {
            _output.Write(format == SuiteFormat.Json ? ",\"config\":"u8 : []);
            if (!merging.TryWrite(walk, line))
                return false;
        }

        _output.Write(format == SuiteFormat.Json ? "}\n"u8 : []);
        return true;
    }

    private void WritePaths(JobLine line)
    {
        var isFirst = true;
        foreach (var part in line.Parts)
        {
            if (part.Paths.Length == 0)
                continue;
            if (!isFirst)
                _output.Write(","u8);
            _output.Write(part.Paths);
            isFirst = false;
        }

        _output.Write("]"u8);
    }
}
