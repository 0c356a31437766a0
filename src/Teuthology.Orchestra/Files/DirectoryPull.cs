using System.Formats.Tar;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Copies a directory from a host by one tar stream.</summary>
internal static class DirectoryPull
{
    /// <summary>GNU tar: some files changed or vanished while it read them.</summary>
    private const int SomeFilesDiffer = 1;

    public static async Task RunAsync(Remote remote, string from, string to, bool sudo, ILogger log, CancellationToken ct)
    {
        Directory.CreateDirectory(to);
        using var pipe = new BoundedPipe();
        var unpacking = Task.Factory.StartNew(() => Unpack(pipe, Path.GetFullPath(to), log, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var command = RemoteCommand.Args("tar", "-c", "-f", "-", "-C", from, "--", ".") with { Sudo = sudo, StdoutTo = pipe, Quiet = true, Label = $"pull {from}" };
        try
        {
            await remote.RunAsync(command, ct).ConfigureAwait(false);
        }
        catch (CommandFailedException error) when (error.ExitStatus == SomeFilesDiffer)
        {
            RemoteLog.TarDiffers(log, remote.ShortName, from, string.Join("; ", error.Failure.LastLines));
        }
        catch
        {
            pipe.End();
            await unpacking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        pipe.End();
        await unpacking.ConfigureAwait(false);
    }

    private static void Unpack(BoundedPipe pipe, string root, ILogger log, CancellationToken ct)
    {
        try
        {
            using var tar = new TarReader(pipe, leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
            {
                ct.ThrowIfCancellationRequested();
                Unpack(entry, root, log);
            }
        }
        finally
        {
            pipe.Abandon();
        }
    }

    private static void Unpack(TarEntry entry, string root, ILogger log)
    {
        var target = Target(root, entry.Name);
        if (target is null)
        {
            RemoteLog.TarEntryIgnored(log, entry.Name, "outside the directory");
            return;
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(target);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                using (var file = new FileStream(target, FileMode.Create, FileAccess.Write))
                    entry.DataStream?.CopyTo(file);
                File.SetLastWriteTimeUtc(target, entry.ModificationTime.UtcDateTime);
                break;
            default:
                RemoteLog.TarEntryIgnored(log, entry.Name, entry.EntryType.ToString());
                break;
        }
    }

    /// <summary>Where an entry goes, or null where that is not below the root or leads through a link.</summary>
    private static string? Target(string root, string name)
    {
        var target = root;
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".")
                continue;
            target = Path.Combine(target, part);
            if (part is ".." || new FileInfo(target).LinkTarget is not null)
                return null;
        }

        return name.StartsWith('/') ? null : target;
    }
}
