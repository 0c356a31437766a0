namespace Teuthology.Orchestra;

/// <summary>Sizes as people read them.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>Upstream's form: a whole number of the greatest of B, KB, MB, GB and TB of which it is at least one, each 1024 of the former; 1536 is <c>2KB</c>.</summary>
    /// <param name="bytes">Number of bytes.</param>
    public static string Format(long bytes)
    {
        double size = bytes;
        var unit = 0;
        while (Math.Abs(size) >= 1024 && unit < Units.Length - 1)
            (size, unit) = (size / 1024, unit + 1);

        // Upstream goes on dividing when its units are used up, and still says TB.
        if (Math.Abs(size) >= 1024)
            size /= 1024;
        return $"{Math.Round(size, MidpointRounding.ToEven):0}{Units[unit]}";
    }
}
