namespace Teuthology.LockTest;

/// <summary>Where this program is, to be started again as a client or a controller.</summary>
internal static class OwnProgram
{
    /// <summary>
    /// A test that runs under coverage has a copy in its own directory that was changed for that; the program's own is as it was built.
    /// </summary>
    public static string Path
    {
        get
        {
            var here = typeof(OwnProgram).Assembly.Location;
            return Beside("Teuthology.LockTest", System.IO.Path.GetFileName(here)) ?? here;
        }
    }

    /// <summary>What another project's build has put beside ours; null when it is not built.</summary>
    public static string? Beside(string project, string file)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var own = System.IO.Path.Combine(built.Parent!.Parent!.FullName, project, built.Name, file);
        return File.Exists(own) ? own : null;
    }
}
