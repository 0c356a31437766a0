namespace Teuthology.TestLogger;

/// <summary>
/// Notices that <c>dotnet test</c> or the runner below it was killed. Without it what they started goes on by itself for as long as jobs
/// last. Watches only where /proc tells the parents, and only those that are <c>dotnet</c>: a shell may well end before its children.
/// </summary>
internal sealed class ParentWatch : IDisposable
{
    private const int Generations = 2;
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);
    private readonly List<(string Child, string Parent)> _links = [];
    private readonly Timer? _timer;

    /// <summary>Watches the parent and its parent from now on.</summary>
    /// <param name="gone">Called about a second after the end of one, once.</param>
    public ParentWatch(Action gone)
    {
        for (var child = "self"; _links.Count < Generations && Parent(child) is { } parent && IsDotnet(parent); child = parent)
            _links.Add((child, parent));
        if (_links.Count > 0)
            _timer = new Timer(_ => Look(gone), null, s_period, s_period);
    }

    /// <summary>True when one that was there in the beginning is no more.</summary>
    public bool IsGone => _links.Exists(link => Parent(link.Child) != link.Parent);

    /// <summary>Watches no more.</summary>
    public void Dispose() => _timer?.Dispose();

    private static string? Parent(string process) => Read($"/proc/{process}/status") is { } status
        ? status.Split('\n').FirstOrDefault(line => line.StartsWith("PPid:", StringComparison.Ordinal))?["PPid:".Length..].Trim()
        : null;

    private static bool IsDotnet(string process) => Read($"/proc/{process}/comm")?.Trim() == "dotnet";

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (IOException)
        {
            return null; // it ended between the two steps
        }
    }

    private void Look(Action gone)
    {
        if (!IsGone)
            return;
        _timer?.Dispose();
        gone();
    }
}
