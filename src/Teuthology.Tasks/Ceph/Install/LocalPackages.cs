using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Packages in a directory of the controller, for <c>local</c> of the task <c>install</c>.</summary>
internal static class LocalPackages
{
    /// <summary>Copies them to the directory of the same name on a machine, until the job unwinds.</summary>
    /// <exception cref="ConfigurationException">There is no such directory, or nothing in it.</exception>
    public static async Task CopyAsync(TaskRun run, Remote remote, string directory, CancellationToken cancellationToken)
    {
        if (!Path.IsPathRooted(directory) || !Directory.Exists(directory))
            throw run.Wrong($"'local' {directory} is no directory on this host; it must be an absolute path", "local");
        var files = Directory.GetFiles(directory).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0)
            throw run.Wrong($"'local' {directory} is empty", "local");
        run.Defer($"remove packages from {remote.ShortName}", (_, ct) => InstallTask.RootAsync(
            remote, "remove the copied packages", $"rm -f -- {ShellQuote.Join(files)}\nrmdir --ignore-fail-on-non-empty -- {ShellQuote.Quote(directory)}\n", ct));
        foreach (var file in files)
        {
            await remote.WriteFileAsync(
                file, await File.ReadAllBytesAsync(file, cancellationToken), new RemoteFileOptions { Sudo = true, Mkdir = true, Mode = "644" }, cancellationToken);
        }
    }
}
