using System.Diagnostics;
using System.Globalization;
using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>Another harness that does the same work over the same sshd.</summary>
/// <param name="command">Its command line.</param>
/// <param name="sshd">The sshd.</param>
public sealed class OtherHarness(string command, SshdProcess sshd)
{
    /// <summary>Its rate.</summary>
    public double Measure(string what, int amount, string scratch)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var start = new ProcessStartInfo(
            words[0],
            [
                .. words[1..], sshd.Port.ToString(CultureInfo.InvariantCulture), sshd.IdentityFile, what, amount.ToString(CultureInfo.InvariantCulture),
                Path.Combine(scratch, "other.log"), Path.Combine(scratch, "files"), Path.Combine(scratch, "there"),
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var last = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        process.WaitForExit();
        return double.TryParse(last.Split(' ')[0], CultureInfo.InvariantCulture, out var rate) ? rate : double.NaN;
    }
}
