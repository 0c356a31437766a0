using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Teuthology.Tasks;

/// <summary>Secret keys of cephx in the text form that keyrings hold: what <c>ceph-authtool --gen-key</c> makes.</summary>
public static class CephKey
{
    private const short Aes = 1;
    private const int SecretLength = 16;

    /// <summary>A new random key: base64 of type (2 bytes, little-endian), creation time (4 bytes seconds, 4 bytes nanoseconds),
    /// length (2 bytes) and 16 bytes of secret.</summary>
    /// <param name="created">Creation time to note in the key.</param>
    public static string Generate(DateTimeOffset created)
    {
        Span<byte> key = stackalloc byte[12 + SecretLength];
        BinaryPrimitives.WriteInt16LittleEndian(key, Aes);
        BinaryPrimitives.WriteUInt32LittleEndian(key[2..], (uint)created.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32LittleEndian(key[6..], 0);
        BinaryPrimitives.WriteInt16LittleEndian(key[10..], SecretLength);
        RandomNumberGenerator.Fill(key[12..]);
        return Convert.ToBase64String(key);
    }
}
