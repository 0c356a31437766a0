using System.Security.Cryptography;

namespace Teuthology.Orchestra;

/// <summary>A host key as known_hosts writes it.</summary>
/// <param name="Type">Such as ssh-ed25519.</param>
/// <param name="Bytes">The key in SSH's wire format.</param>
internal sealed record HostKey(string Type, byte[] Bytes)
{
    public string Fingerprint => Describe(Type, Bytes);

    /// <summary>Signature algorithms that prove possession of this type of key.</summary>
    public IReadOnlyList<string> Algorithms => Type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [Type];

    public static HostKey Parse(string text, string host)
    {
        var words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        try
        {
            if (words.Length >= 2)
                return new HostKey(words[0], Convert.FromBase64String(words[1]));
        }
        catch (FormatException error)
        {
            throw Wrong(text, host, error);
        }

        throw Wrong(text, host);
    }

    public static string Describe(string type, byte[] bytes) => $"{type} SHA256:{Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=')}";

    private static ConfigurationException Wrong(string text, string host, Exception? inner = null) =>
        new($"The host key of {host} must read `type base64`, such as `ssh-ed25519 AAAA…`; it reads '{text}'", inner: inner);
}
