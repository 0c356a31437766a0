namespace Teuthology.Server;

/// <summary>Parts of a path as they were meant.</summary>
internal static class Segments
{
    /// <summary>Methods that read, and those that a path does not know, which read as well, as with upstream's server.</summary>
    public static readonly string[] Reads = ["GET", "HEAD", "OPTIONS", "PATCH"];

    /// <summary>A part as routing gives it, which leaves an escaped slash as it is.</summary>
    public static string Read(string part) => Addresses.Read(part);

    /// <summary>The parts of the rest of a path.</summary>
    public static string[] ReadAll(string? rest) => [.. (rest ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
}
