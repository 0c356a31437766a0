using System.Diagnostics;

namespace Teuthology.Orchestra;

/// <summary>A program on this machine that reaches consoles: ipmitool, console (conserver), virsh.</summary>
internal static class ConsoleProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <exception cref="ConfigurationException">It is not installed.</exception>
    public static async Task<(int Status, string Output)> RunAsync(IReadOnlyList<string> words, TimeSpan timeout, CancellationToken ct)
    {
        using var process = Start(words, input: false);
        using var deadline = new CancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            ct.ThrowIfCancellationRequested();
            return (-1, $"{words[0]} did not answer within {timeout.TotalSeconds:0.#} seconds");
        }

        return (process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
    }

    public static Process Start(IReadOnlyList<string> words, bool input)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(words[0], words.Skip(1))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = input,
            })!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ConfigurationException($"{words[0]} cannot be run here: {error.Message}. Install it to use the machine's console.", inner: error);
        }
    }
}
