using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Results;

/// <summary>What jobs that failed alike have in common.</summary>
/// <param name="Id">12 hexadecimal digits, the same for the same texts everywhere and always.</param>
/// <param name="Reason">The reason as <see cref="FailureText"/> leaves it.</param>
/// <param name="Signature">The sign of the log, see <see cref="LogSignature"/>; null for none.</param>
public sealed record Fingerprint(string Id, string Reason, string? Signature)
{
    /// <summary>The fingerprint of a failure.</summary>
    /// <param name="reason">Text of the failure; null or empty: nobody said why.</param>
    /// <param name="signature">The sign of the log; null for none.</param>
    public static Fingerprint Of(string? reason, string? signature)
    {
        var text = string.IsNullOrWhiteSpace(reason) ? "no reason was given" : FailureText.Normalize(reason);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(signature is null ? text : $"{text}\n{signature}"));
        return new Fingerprint(Convert.ToHexStringLower(hash.AsSpan(0, 6)), text, signature);
    }
}
