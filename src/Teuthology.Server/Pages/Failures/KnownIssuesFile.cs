using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The file of known issues, read again when it has changed. While it is wrong, what was right before stays, and the pages say what is wrong.</summary>
/// <param name="path">The file; null for none.</param>
/// <param name="time">Clock.</param>
internal sealed class KnownIssuesFile(string? path, TimeProvider time)
{
    private readonly Lock _lock = new();
    private (DateTime Written, DateOnly Day) _read;
    private KnownIssues _issues = KnownIssues.None;

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Error { get; private set; }

    /// <summary>What is known today.</summary>
    public KnownIssues Current
    {
        get
        {
            if (path is null)
                return KnownIssues.None;
            lock (_lock)
            {
                var state = (File.GetLastWriteTimeUtc(path), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
                if (state == _read)
                    return _issues;
                _read = state;
                try
                {
                    (_issues, Error) = (KnownIssues.Load(path, time), null);
                }
                catch (ConfigurationException wrong)
                {
                    Error = wrong.Message;
                }

                return _issues;
            }
        }
    }
}
