using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>How a daemon is kept.</summary>
public sealed record DaemonOptions
{
    /// <summary>Signal that asks it to stop: its number, TERM unless set.</summary>
    public int StopSignal { get; init; } = 15;

    /// <summary>How long a restart or a replacement waits after that signal before it kills; 300 s, as upstream, unless set.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>
    /// The command runs under <c>daemon-helper</c>, as the foreground daemons of upstream: a signal is a byte on its standard input, and end of
    /// file stops it by the signal that daemon-helper was given. Without it signals go by the guardian.
    /// </summary>
    public bool ByHelper { get; init; }

    /// <summary>FSID of the cluster whose units cephadm made; needed where <see cref="RemoteDaemons.UseCephadm"/> is set.</summary>
    public string? Fsid { get; init; }

    /// <summary>Whether a unit of cephadm runs already.</summary>
    public bool Started { get; init; }

    /// <summary>File on the host that its output is added to instead of coming to our log.</summary>
    public string? LogFile { get; init; }

    /// <summary>Logger for its output, or null for the remote's.</summary>
    public ILogger? Log { get; init; }
}
