using System.Diagnostics;

namespace Teuthology.Cli.Tests;

/// <summary>The program as users start it: a process of its own.</summary>
internal static class TeuthologyProgram
{
    /// <summary>Path of the program in the build's output.</summary>
    public static string Path { get; } = Find();

    public static ProcessStartInfo Start(string state, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path, arguments) 
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["TEUTHOLOGY_STATE"] = state;
        return start;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<CliResult> RunAsync(ProcessStartInfo start, TimeSpan? patience = null)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', start.ArgumentList)} did not end; it said: {await error}", late);
        }

        return new CliResult(process.ExitCode, await output, await error);
    }

    // The test's own copy lacks the program's dependency files; the project's output has them.
    private static string Find()
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = tests.Name;
        var program = System.IO.Path.Combine(tests.Parent!.Parent!.FullName, "Teuthology.Cli", configuration, "teuthology");
        return File.Exists(program) ? program : throw new FileNotFoundException($"{program} is missing; build src/Teuthology.Cli");
    }
}
