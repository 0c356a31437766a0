namespace Teuthology.Jobs;

/// <summary>
/// Keeps a full disk of the controller, or an observer that throws, from stopping a job half unwound: the machines must be given back all
/// the same. The first trouble is told when the job ends.
/// </summary>
internal sealed class ArchiveTrouble
{
    private Exception? _first;

    public Exception? First => Volatile.Read(ref _first);

    /// <summary>Told of the first trouble, once.</summary>
    public Action<Exception>? Happened { get; set; }

    public void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e)
        {
            if (Interlocked.CompareExchange(ref _first, e, null) is null)
                Happened?.Invoke(e);
        }
    }
}
