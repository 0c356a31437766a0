namespace Teuthology.Lab;

/// <summary>Looks for overlays in the mount namespaces of all processes: machines mount theirs where only their processes see it.</summary>
internal static class MountedLayers
{
    /// <summary>True when a directory, or with a slash at its end one below it, is a lower layer of some overlay.</summary>
    public static bool Uses(string directory)
    {
        var ends = directory.EndsWith('/') ? new[] { directory } : [directory + ",", directory + ":"];
        return Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Any(process =>
        {
            try
            {
                var mounts = File.ReadAllText(Path.Combine(process, "mountinfo"));
                return ends.Any(end => mounts.Contains("lowerdir=" + end, StringComparison.Ordinal) || mounts.Contains(":" + end, StringComparison.Ordinal));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        });
    }
}
