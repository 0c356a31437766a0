namespace Teuthology.Cli;

/// <summary>The name under which the program was started.</summary>
internal static class ProcessName
{
    /// <summary>File name of argv[0]: a symbolic link <c>teuthology-lock</c> to the program gives <c>teuthology-lock</c>.</summary>
    public static string Read()
    {
        try
        {
            // The runtime hides argv[0] behind the path of the assembly; the kernel does not.
            var commandLine = File.ReadAllText("/proc/self/cmdline");
            return Path.GetFileName(commandLine.Split('\0')[0]);
        }
        catch (IOException)
        {
            return CommandLine.Name;
        }
    }
}
