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
            var built = new DirectoryInfo(AppContext.BaseDirectory);
            var own = System.IO.Path.Combine(built.Parent!.Parent!.FullName, "Teuthology.LockTest", built.Name, System.IO.Path.GetFileName(here));
            return File.Exists(own) ? own : here;
        }
    }
}
