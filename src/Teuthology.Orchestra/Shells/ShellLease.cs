namespace Teuthology.Orchestra;

/// <summary>The right to run one command on a connection; disposing gives it back.</summary>
internal sealed class ShellLease(ShellPool pool, ShellPool.Line line) : IDisposable
{
    private int given;

    public IRemoteShell Shell => line.Shell;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref given, 1) == 0)
            pool.Release(line);
    }
}
