namespace Teuthology.OpenStack;

/// <summary>A key that servers let in.</summary>
/// <param name="Name">Its name, which is its id.</param>
/// <param name="Fingerprint">Fingerprint.</param>
/// <param name="PublicKey">Public key, as in authorized_keys.</param>
/// <param name="PrivateKey">Private key: only in the answer to making one without a public key.</param>
/// <param name="CreatedAt">When it was made; null in lists.</param>
public sealed record KeyPair(string Name, string Fingerprint, string PublicKey, string? PrivateKey = null, DateTimeOffset? CreatedAt = null);
