namespace Teuthology.Cli.Tests;

/// <summary>Runs command lines in this process, with streams, environment and directory of their own.</summary>
public sealed class Cli : IDisposable
{
    /// <summary>A scratch directory; also where relative paths start and the state is.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("teuthology-cli-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string StartedAs { get; init; } = "teuthology";

    public string Input { get; init; } = "";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string State => Path.Combine(Directory, "state");

    public async Task<CliResult> RunAsync(params string[] arguments) => await RunAsync(arguments, default);

    public async Task<CliResult> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        Environment.TryAdd("TEUTHOLOGY_STATE", State);
        Environment.TryAdd("TEUTHOLOGY_ARCHIVE", Path.Combine(Directory, "archive"));
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        using var terminal = new Terminal
        {
            Out = output,
            Error = TextWriter.Synchronized(error),
            In = () => new StringReader(Input),
            Directory = Directory,
            Environment = name => Environment.GetValueOrDefault(name),
            Time = Time,
        };
        var exitCode = await CommandLine.RunAsync(StartedAs, arguments, terminal, cancellationToken);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }

    public string Write(string path, string content)
    {
        var file = Path.Combine(Directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

        // A shell whose terminal was closed may be writing its history there.
        if (!SpinWait.SpinUntil(TryDelete, TimeSpan.FromSeconds(10)))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private bool TryDelete()
    {
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
