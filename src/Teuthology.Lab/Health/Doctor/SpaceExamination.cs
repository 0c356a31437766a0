using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>Room for machines, images and snapshots.</summary>
internal sealed class SpaceExamination(LabOptions options) : IExamination
{
    private const long Least = 1L << 30;
    private const long Good = 5L << 30;

    public string Area => "space";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (directory, what) in new[] { (options.StateDirectory, "machines and snapshots"), (options.CacheDirectory, "images") })
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = Existing(directory);
            if (!IsWritable(place))
            {
                yield return new Finding(Area, FindingLevel.Trouble, $"{directory}, for {what}, cannot be written", $"chown -R {Environment.UserName} {place}, or set {(directory == options.StateDirectory ? "TEUTHOLOGY_STATE" : "XDG_CACHE_HOME")}");
                continue;
            }

            var free = new DriveInfo(place).AvailableFreeSpace;
            var told = $"{DataSize.Tell(free)} are free at {directory}, for {what}";
            yield return free >= Good
                ? Finding.Well(Area, told)
                : new Finding(Area, free >= Least ? FindingLevel.Warning : FindingLevel.Trouble, $"{told}; {DataSize.Tell(Good)} are needed", "`teuthology lab gc --unused 14`, `teuthology lab snapshots`, or make room there");
        }
    }

    private static string Existing(string directory)
    {
        while (!Directory.Exists(directory))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    private static bool IsWritable(string directory)
    {
        var file = Path.Combine(directory, $".doctor-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(file, "");
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
