namespace Teuthology.Lab;

/// <summary>A lock between processes; the kernel frees it when its holder dies.</summary>
public sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, waiting for it.</summary>
    /// <param name="path">File that carries the lock; made when missing, left behind.</param>
    /// <param name="waiting">Called once when another process has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<FileLock> TakeAsync(string path, Action? waiting, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (tries == 0)
                waiting?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    /// <summary>The lock, or null when another process has it.</summary>
    public static FileLock? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            // FileShare.None is flock(2) here
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file.Dispose();
}
