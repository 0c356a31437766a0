using System.Diagnostics;

namespace Teuthology.Orchestra;

/// <summary>A program on this machine that reaches others: ipmitool, console (conserver), virsh, ssh-keyscan.</summary>
internal static class LocalProgram
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

    /// <summary>Whether a program is there, as the shell would find it.</summary>
    public static bool IsThere(string program) => program.Contains('/')
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

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
            throw new ConfigurationException($"{words[0]} cannot be run here: {error.Message}. Install it to reach machines by it.", inner: error);
        }
    }
}
