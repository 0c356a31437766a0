namespace Teuthology.Lab;

/// <summary>The disks of machines as they were at one moment; machines can begin with them.</summary>
/// <param name="Name">Its name, chosen by whoever made it.</param>
/// <param name="Machines">Names of the machines that it was made of, in the order in which later machines get their disks.</param>
/// <param name="Image">The image under all of them: its recipe and its build.</param>
/// <param name="Made">When it was made, UTC.</param>
/// <param name="Bytes">Space it takes on this host's disk.</param>
public sealed record MachineSnapshot(string Name, IReadOnlyList<string> Machines, string Image, DateTimeOffset Made, long Bytes)
{
    /// <summary>When a machine last began with it, or else when it was made; UTC.</summary>
    public DateTimeOffset Used { get; init; } = Made;
}
