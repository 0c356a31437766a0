namespace Teuthology.Jobs;

/// <summary>
/// Keeps a full disk of the controller, or an observer that throws, from stopping a job half unwound: the machines must be given back all
/// the same. The first trouble is told when the job ends.
/// </summary>
internal sealed class ArchiveTrouble
{
    private Exception? _first;

    public Exception? First => Volatile.Read(ref _first);

    public void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _first, e, null);
        }
    }
}
