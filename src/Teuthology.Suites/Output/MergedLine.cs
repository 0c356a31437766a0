namespace Teuthology.Suites;

/// <summary>Writes merged jobs: by layers where that is enough, else by the full merge.</summary>
internal sealed class MergedLine
{
    private readonly JobMerger _merger;
    private readonly ILayerFormat _format;
    private readonly LayerWriter? _layers;

    public MergedLine(JobMerger merger, string suite, SuiteFormat format)
    {
        _merger = merger;
        _format = format == SuiteFormat.Json ? new JsonLayers() : new YamlLayers();
        _layers = merger.Layers(suite, _format);
    }

    /// <summary>Writes the job; false when a filter or a script drops it.</summary>
    /// <param name="job">Stands at the job.</param>
    /// <param name="line">Its line, with its parts noted.</param>
    public bool TryWrite(SuiteWalk job, JobLine line)
    {
        var start = line.Output.Length;
        if (_layers?.TryWrite(line.Parts, line.Output) == true)
            return true;
        line.Output.Length = start;
        if (_merger.Merge(job.Job(line)) is not { } merged)
            return false;
        line.Output.Write(_format.Whole(merged.Config));
        return true;
    }
}
