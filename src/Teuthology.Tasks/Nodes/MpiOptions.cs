namespace Teuthology.Tasks;

/// <summary>Configuration of <c>mpi</c>.</summary>
public sealed record MpiOptions
{
    /// <summary>Program that the ranks run, with its arguments; <c>$TESTDIR</c> stands for the test directory.</summary>
    public required string Exec { get; init; }

    /// <summary><c>all</c>, or a list of roles; all clients when absent. The first one's machine is rank 0.</summary>
    public object? Nodes { get; init; }

    /// <summary>Directory that the ranks run in.</summary>
    public string? Workdir { get; init; }
}
