using System.ComponentModel;
using System.Diagnostics;

namespace Teuthology.Results;

/// <summary>Runs lcov and genhtml.</summary>
/// <param name="directory">Where they are; null for PATH.</param>
/// <param name="log">Gets what they print: coverage.log.</param>
internal sealed class CoverageTools(string? directory, TextWriter log)
{
    private const int Told = 5;

    /// <exception cref="TeuthologyException">It is missing, or failed.</exception>
    public async Task RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var program = directory is null ? tool : Path.Combine(directory, tool);
        await log.WriteLineAsync($"$ {program} {string.Join(' ', arguments)}".AsMemory(), cancellationToken);
        using var process = Start(program, arguments);
        try
        {
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            await log.WriteAsync(string.Concat(texts).AsMemory(), cancellationToken);
            if (process.ExitCode != 0)
            {
                var last = texts[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(Told);
                throw new TeuthologyException(FailureKind.Test, $"{tool} ended with status {process.ExitCode}: {string.Join("; ", last)}");
            }
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["LC_ALL"] = "C.UTF-8";
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ConfigurationException(directory is null ? $"{program} is missing: apt-get install lcov" : $"--cov-tools-dir: there is no {program}", inner: e);
        }
    }
}
