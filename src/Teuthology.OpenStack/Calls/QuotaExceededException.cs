namespace Teuthology.OpenStack;

/// <summary>The project's quota does not let a resource be made.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class QuotaExceededException(string message, Exception? inner = null) : OpenStackException(FailureKind.Infrastructure, message, inner);
