namespace Teuthology.Tasks;

/// <summary>Configuration of <c>pcp</c>.</summary>
public sealed record PcpOptions
{
    /// <summary>Draw graphs by Graphite: links to them while the job runs, pictures in its archive at the end.</summary>
    public bool Graphite { get; init; } = true;

    /// <summary>Link to a Grafana dashboard in log and summary.</summary>
    public bool Grafana { get; init; } = true;

    /// <summary>Put what the machines' pmlogger recorded of the job's time into their archive.</summary>
    public bool FetchArchives { get; init; }

    /// <summary>Roles or names of machines; all when absent.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }
}
