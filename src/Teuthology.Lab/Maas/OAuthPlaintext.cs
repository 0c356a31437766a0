using System.Globalization;
using System.Security.Cryptography;

namespace Teuthology.Lab;

/// <summary>The header that MAAS wants on each request: OAuth 1.0 with the signature method PLAINTEXT, RFC 5849 section 3.4.4.</summary>
internal static class OAuthPlaintext
{
    /// <summary>The value of <c>Authorization</c> behind <c>OAuth </c>.</summary>
    /// <param name="key">Consumer key, token key, token secret; MAAS's consumers have no secret.</param>
    /// <param name="now">Time of the request.</param>
    public static string Header((string Consumer, string Token, string Secret) key, DateTimeOffset now)
    {
        (string Name, string Value)[] parameters =
        [
            ("oauth_version", "1.0"),
            ("oauth_signature_method", "PLAINTEXT"),
            ("oauth_consumer_key", key.Consumer),
            ("oauth_token", key.Token),
            ("oauth_signature", $"&{Uri.EscapeDataString(key.Secret)}"),
            ("oauth_nonce", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
            ("oauth_timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];
        return string.Join(", ", parameters.Select(p => $"{p.Name}=\"{Uri.EscapeDataString(p.Value)}\""));
    }
}
