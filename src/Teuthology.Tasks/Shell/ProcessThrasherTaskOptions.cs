namespace Teuthology.Tasks;

/// <summary>Configuration of <c>proc_thrasher</c>.</summary>
public sealed record ProcessThrasherTaskOptions : ProcessThrasherOptions
{
    /// <summary>Role on whose machine the processes run.</summary>
    public required string Role { get; init; }

    /// <summary>Command of each process, for bash.</summary>
    public required string Command { get; init; }
}
