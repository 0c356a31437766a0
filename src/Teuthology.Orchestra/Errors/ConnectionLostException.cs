namespace Teuthology.Orchestra;

/// <summary>The connection to a host is gone or cannot be had: <c>SSH connection to HOST was lost: 'cmd'</c>.</summary>
public sealed class ConnectionLostException : TeuthologyException
{
    /// <summary>The connection went away under a command.</summary>
    /// <param name="failure">Which command, where, and what it said last.</param>
    /// <param name="inner">The cause.</param>
    public ConnectionLostException(CommandFailure failure, Exception? inner = null)
        : base(FailureKind.ConnectionLost, failure.Describe($"SSH connection to {failure.ShortHost} was lost: {PythonRepr.Of(failure.Command)}"), inner)
        => (Host, Failure) = (failure.Host, failure);

    /// <summary>No connection can be had.</summary>
    /// <param name="host">Full name of the host.</param>
    /// <param name="message">What was tried and what to do.</param>
    /// <param name="inner">The cause.</param>
    public ConnectionLostException(string host, string message, Exception? inner = null)
        : base(FailureKind.ConnectionLost, message, inner)
        => Host = host;

    /// <summary>Full name of the host.</summary>
    public string Host { get; }

    /// <summary>The command it happened to, if there was one.</summary>
    public CommandFailure? Failure { get; }
}
