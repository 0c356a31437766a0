using System.Diagnostics;

namespace Teuthology.Tasks;

/// <summary>Runs a program of the controller and gives its output line by line.</summary>
internal static class ControllerProgram
{
    /// <param name="start">What to run; all three streams redirected.</param>
    /// <param name="output">Takes each line, one at a time.</param>
    /// <param name="cancellationToken">Kills it with everything it started.</param>
    /// <returns>Its exit status.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be started.</exception>
    public static async Task<int> RunAsync(ProcessStartInfo start, Action<string> output, CancellationToken cancellationToken)
    {
        using var process = Start(start);
        process.StandardInput.Close();
        var gate = new Lock();
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;

        void Take(string? line)
        {
            if (line is null)
                return;
            lock (gate)
                output(line);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the controller cannot run {start.FileName}: {e.Message}", e);
        }
    }
}
