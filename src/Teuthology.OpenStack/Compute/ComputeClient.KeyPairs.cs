using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Key pairs.</summary>
public sealed partial class ComputeClient
{
    /// <summary>Key pairs of the user; without the time they were made.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<KeyPair>> KeyPairsAsync(CancellationToken cancellationToken) =>
        _nova.ListAsync<KeyPair>("list key pairs", "os-keypairs", "keypairs", cancellationToken, "keypair");

    /// <summary>A key pair; null when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<KeyPair?> FindKeyPairAsync(string name, CancellationToken cancellationToken) =>
        _nova.FindAsync<KeyPair>($"get key pair {name}", $"os-keypairs/{Uri.EscapeDataString(name)}", "keypair", cancellationToken);

    /// <summary>Tells Nova a public key.</summary>
    /// <param name="name">Its name: letters, digits, blanks, <c>-</c> and <c>_</c>.</param>
    /// <param name="publicKey">As in authorized_keys.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<KeyPair> CreateKeyPairAsync(string name, string publicKey, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["keypair"] = new JsonObject { ["name"] = name, ["public_key"] = publicKey.Trim() } };
        return OnceOnly.MakeAsync(
            async () => (await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create key pair {name}", "os-keypairs", body), cancellationToken)).Read<KeyPair>("keypair"),
            async () => await FindKeyPairAsync(name, cancellationToken) is { } there && SameKey(there.PublicKey, publicKey) ? there : null,
            _nova.Options,
            cancellationToken);
    }

    /// <summary>Forgets a key pair.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there was none.</returns>
    public Task<bool> DeleteKeyPairAsync(string name, CancellationToken cancellationToken) =>
        _nova.DeleteAsync($"delete key pair {name}", $"os-keypairs/{Uri.EscapeDataString(name)}", cancellationToken);

    // Type and key; the comment is the user's.
    private static bool SameKey(string one, string other) => one.Trim().Split(' ').Take(2).SequenceEqual(other.Trim().Split(' ').Take(2));
}
