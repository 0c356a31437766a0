using System.Text.Json;

namespace Teuthology.Lab;

/// <summary>The file that makes a directory a snapshot and tells of what.</summary>
internal static class SnapshotFile
{
    private const string Name = "snapshot.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What is in a directory; null when it is no whole snapshot.</summary>
    public static MachineSnapshot? Read(string directory)
    {
        var file = Path.Combine(directory, Name);
        try
        {
            return JsonSerializer.Deserialize<MachineSnapshot>(File.ReadAllText(file)) is { } read
                ? read with { Name = Path.GetFileName(directory), Used = new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero) }
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public static Task WriteAsync(string directory, MachineSnapshot snapshot, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(directory, Name), JsonSerializer.Serialize(snapshot, Indented), cancellationToken);

    /// <summary>Notes that a machine began with it.</summary>
    public static void Touch(string directory, DateTimeOffset now) => File.SetLastWriteTimeUtc(Path.Combine(directory, Name), now.UtcDateTime);
}
