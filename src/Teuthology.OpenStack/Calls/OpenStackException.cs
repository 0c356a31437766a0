using System.Net;

namespace Teuthology.OpenStack;

/// <summary>A service refused a call, or gave no answer. The message names the call, the status, the service's words and the request id that its operator looks up.</summary>
/// <param name="kind">What the failure says about.</param>
/// <param name="message">The message.</param>
/// <param name="inner">The cause, if any.</param>
public class OpenStackException(FailureKind kind, string message, Exception? inner = null) : TeuthologyException(kind, message, inner)
{
    /// <summary>Status of the answer; null when there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Method and address.</summary>
    public string Call { get; init; } = "";

    /// <summary>The service's words; empty without any.</summary>
    public string ServiceMessage { get; init; } = "";

    /// <summary><c>x-openstack-request-id</c> of the answer; null without one.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether the call may have been carried out all the same: its answer was lost, or the service stumbled over it.</summary>
    public bool MayBeDone => Status is null or >= HttpStatusCode.InternalServerError;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Fingerprint => ["openstack", Call.Split(' ')[0], Status?.ToString() ?? "no answer"];
}
