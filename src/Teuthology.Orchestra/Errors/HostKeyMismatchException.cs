namespace Teuthology.Orchestra;

/// <summary>A host showed another key than the one it is known by; nothing was sent to it.</summary>
/// <param name="host">Full name of the host.</param>
/// <param name="expected">Type and SHA256 fingerprint of the known key.</param>
/// <param name="shown">Type and SHA256 fingerprint of the key shown, or why none of the known type was.</param>
public sealed class HostKeyMismatchException(string host, string expected, string shown)
    : TeuthologyException(
        FailureKind.Infrastructure,
        $"Host key of {host} does not match: expected {expected}, but it shows {shown}. "
        + "Another machine answers at that address, or the host was reimaged: if so, update its key in the inventory.")
{
    /// <summary>Full name of the host.</summary>
    public string Host { get; } = host;
}
