using System.Diagnostics;

namespace Teuthology.Lab;

/// <summary>Runs a program of the host to its end.</summary>
public static class ToolRun
{
    /// <summary>Runs it and gives its standard output.</summary>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Kills it with everything it started.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed; the message has the command and the end of its output.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new TeuthologyException(FailureKind.Infrastructure, $"{program} {string.Join(' ', start.ArgumentList)}: exit {process.ExitCode}: {Tail(await output + await errors)}");
            return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Path of a program in PATH or where Debian keeps those of the administrator; null when there is none.</summary>
    /// <param name="program">Its name.</param>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);

    /// <summary>The last lines of an output.</summary>
    /// <param name="output">The output.</param>
    public static string Tail(string output) => string.Join('\n', output.Trim().Split('\n').TakeLast(8));
}
