namespace Teuthology.Lab;

/// <summary>How large a controller has to be.</summary>
public static class ControllerSize
{
    private const int LeastDisk = 10;

    // Upstream's table: memory by how many jobs run side by side.
    private static readonly (int Jobs, int Ram)[] Memory = [(1, 1024), (2, 4000), (10, 8000), (25, 15_000), (50, 30_000)];
    private const int MostRam = 60_000;

    /// <summary>What it needs.</summary>
    /// <param name="jobs">How many jobs run side by side.</param>
    /// <param name="cpus">Processors that are asked for; 0 for any.</param>
    /// <param name="ram">MB that are asked for; 0 goes by the jobs.</param>
    /// <param name="disk">GB that are asked for; 0 for enough.</param>
    public static ServerNeeds For(int jobs, int cpus, int ram, int disk) => new(
        ram > 0 ? ram : Memory.Where(row => jobs <= row.Jobs).Select(row => row.Ram).FirstOrDefault(MostRam),
        disk > 0 ? disk : LeastDisk,
        Math.Max(1, cpus),
        0,
        1);
}
