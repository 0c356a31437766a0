namespace Teuthology;

/// <summary>A lock between processes of this host; the kernel frees it when its holder dies.</summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, waiting for it by the system's clock.</summary>
    /// <param name="path">File that carries the lock; made when missing, left behind.</param>
    /// <param name="waiting">Called once when another process has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">The file cannot be made: its directory's name is a file, or too long.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write it.</exception>
    public static Task<FileLock> TakeAsync(string path, Action? waiting, CancellationToken cancellationToken) => TakeAsync(path, waiting, TimeProvider.System, cancellationToken);

    /// <inheritdoc cref="TakeAsync(string, Action?, CancellationToken)"/>
    /// <param name="path">File that carries the lock; made when missing, left behind.</param>
    /// <param name="waiting">Called once when another process has it.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<FileLock> TakeAsync(string path, Action? waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (tries == 0)
                waiting?.Invoke();
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The lock, or null when another process has it.</summary>
    /// <param name="path">As in <see cref="TakeAsync(string, Action?, CancellationToken)"/>.</param>
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
