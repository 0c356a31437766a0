using System.Runtime.InteropServices;
using System.Text;

namespace Teuthology.Jobs;

/// <summary>Files that are whole or not there, also after a crash.</summary>
internal static partial class AtomicFile
{
    /// <summary>Writes beside the target, flushes to the disk, then renames over it.</summary>
    public static void Write(string path, string content, bool durable = true)
    {
        var directory = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1))
            {
                stream.Write(Encoding.UTF8.GetBytes(content));
                stream.Flush(flushToDisk: durable);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        if (durable)
            SyncDirectory(directory);
    }

    // The rename itself is on the disk only when the directory is (fsync(2)); a file system that refuses loses nothing by it.
    private static void SyncDirectory(string directory)
    {
        var handle = open(directory, 0);
        if (handle < 0)
            return;
        _ = fsync(handle);
        _ = close(handle);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int handle);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
