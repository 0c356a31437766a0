namespace Teuthology.Cli;

/// <summary>A lock between processes of this host; the kernel frees it when its holder dies.</summary>
internal sealed class ProcessLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private ProcessLock(FileStream file) => _file = file;

    /// <summary>Takes it, waiting for it.</summary>
    /// <param name="path">File that carries the lock; made when missing, left behind.</param>
    /// <param name="waiting">Called once when another process has it.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ProcessLock> TakeAsync(string path, Action? waiting, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var tries = 0; ; tries++)
        {
            try
            {
                // FileShare.None is flock(2) here.
                return new ProcessLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (tries == 0)
                    waiting?.Invoke();
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
