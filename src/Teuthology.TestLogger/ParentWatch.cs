namespace Teuthology.TestLogger;

/// <summary>
/// Notices that the parent process was killed. Without it vstest.console, and the test host below it, go on by themselves for as long as
/// jobs last when <c>dotnet test</c> is killed. Watches only where /proc tells the parent.
/// </summary>
internal sealed class ParentWatch : IDisposable
{
    private const string Status = "/proc/self/status";
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);
    private readonly string? _parent = Parent();
    private readonly Timer? _timer;

    /// <summary>Watches from now on.</summary>
    /// <param name="gone">Called about a second after the parent's end, once.</param>
    public ParentWatch(Action gone)
    {
        if (_parent is not null)
            _timer = new Timer(_ => Look(gone), null, s_period, s_period);
    }

    /// <summary>True when the parent of the beginning is no more.</summary>
    public bool IsGone => _parent is not null && Parent() != _parent;

    /// <summary>Watches no more.</summary>
    public void Dispose() => _timer?.Dispose();

    private static string? Parent() => File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("PPid:", StringComparison.Ordinal)) : null;

    private void Look(Action gone)
    {
        if (!IsGone)
            return;
        _timer?.Dispose();
        gone();
    }
}
