using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Results;

/// <summary>A token with which somebody may write by way of a server.</summary>
/// <param name="Name">Who or what it is for.</param>
/// <param name="Created">When it was made, UTC.</param>
public sealed record AccessToken(string Name, DateTime Created)
{
    private const string Prefix = "tt_";

    /// <summary>256 random bits: nobody guesses them, so that a plain hash of them may be stored.</summary>
    internal static string NewSecret() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of a token.</summary>
    internal static string Hash(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
