using System.Formats.Tar;

namespace Teuthology.Orchestra;

/// <summary>Copies a directory from a host by one tar stream.</summary>
internal sealed class DirectoryPull(Remote remote, string to, Action<TarEntry, string>? writeTo)
{
    /// <summary>GNU tar: some files changed or vanished while it read them.</summary>
    private const int SomeFilesDiffer = 1;
    private readonly string root = Path.GetFullPath(to);

    public async Task RunAsync(string from, bool sudo, CancellationToken ct)
    {
        RemoteLog.Detail(remote.Log, $"Transferring archived files from {remote.ShortName}:{from} to {to}");
        Directory.CreateDirectory(root);
        using var pipe = new BoundedPipe();
        var unpacking = Task.Factory.StartNew(() => Unpack(pipe, ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await remote.RunAsync(RemoteTar.Pack(from, compress: false, sudo) with { StdoutTo = pipe, Label = $"pull {from}" }, ct).ConfigureAwait(false);
        }
        catch (CommandFailedException error) when (error.ExitStatus == SomeFilesDiffer)
        {
            RemoteLog.TarDiffers(remote.Log, remote.ShortName, from, string.Join("; ", error.Failure.LastLines));
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

    private void Unpack(BoundedPipe pipe, CancellationToken ct)
    {
        try
        {
            using var tar = new TarReader(pipe, leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
            {
                ct.ThrowIfCancellationRequested();
                Unpack(entry);
            }
        }
        finally
        {
            pipe.Abandon();
        }
    }

    private void Unpack(TarEntry entry)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                if (Target(entry.Name) is { } target)
                    Write(entry, target);
                else
                    RemoteLog.TarEntryIgnored(remote.Log, PythonRepr.Of(entry.Name), "behind a link here");
                break;
            default:
                RemoteLog.TarEntryIgnored(remote.Log, PythonRepr.Of(entry.Name), KindOf(entry.EntryType));
                break;
        }
    }

    private void Write(TarEntry entry, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (writeTo is not null)
        {
            writeTo(entry, target);
            return;
        }

        using (var file = new FileStream(target, FileMode.Create, FileAccess.Write))
            entry.DataStream?.CopyTo(file);
        File.SetLastWriteTimeUtc(target, entry.ModificationTime.UtcDateTime);
    }

    /// <summary>In Python's words, which upstream shows.</summary>
    private static string KindOf(TarEntryType type) => type switch
    {
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo => "device",
        TarEntryType.SymbolicLink => "symlink",
        TarEntryType.HardLink => "hard link",
        _ => "unknown",
    };

    /// <summary>Where an entry goes, or null where the way leads through a link.</summary>
    private string? Target(string name)
    {
        var target = root;
        foreach (var part in SafePath.Munge(name).Split('/'))
        {
            target = Path.Combine(target, part);
            if (new FileInfo(target).LinkTarget is not null)
                return null;
        }

        return target;
    }
}
