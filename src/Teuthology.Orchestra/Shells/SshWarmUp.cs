using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Renci.SshNet;

namespace Teuthology.Orchestra;

/// <summary>
/// Runs once, on another processor, what the first connection of a process would wait for: code that is loaded, tables that the curves' arithmetic
/// makes. It is half of that connection's time.
/// </summary>
public static class SshWarmUp
{
    /// <summary>Begins, and comes back at once. It connects to nothing.</summary>
    public static void Begin() => _ = Task.Run(Run);

    private static void Run()
    {
        var random = new SecureRandom();
        var exchange = new X25519PrivateKeyParameters(random);
        exchange.GenerateSecret(exchange.GeneratePublicKey(), new byte[X25519PrivateKeyParameters.SecretSize], 0);
        var key = new Ed25519PrivateKeyParameters(random);
        var (message, signature) = (new byte[64], new byte[Ed25519PrivateKeyParameters.SignatureSize]);
        key.Sign(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
        key.GeneratePublicKey().Verify(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
        using (var cipher = new AesGcm(new byte[16], AesGcm.TagByteSizes.MaxSize))
            cipher.Encrypt(new byte[12], message, new byte[message.Length], new byte[16]);
        using var client = new SshClient(new ConnectionInfo("localhost", "nobody", new NoneAuthenticationMethod("nobody")));
    }
}
