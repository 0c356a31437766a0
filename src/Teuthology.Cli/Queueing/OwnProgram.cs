namespace Teuthology.Cli;

/// <summary>The program of this process, to start others.</summary>
internal static class OwnProgram
{
    // What a terminal was told, where that is not what the process was.
    private static readonly string[] Variables = ["HOME", "TEUTHOLOGY_STATE", "TEUTHOLOGY_STORE", "TEUTHOLOGY_ARCHIVE", "TEUTHOLOGY_CONFIG", "TEUTHOLOGY_LAB", "TEUTHOLOGY_JOB_TIMEOUT", "TEUTHOLOGY_PYTHON", "TEUTHOLOGY_PYTHON_TASKS"];

    /// <summary>Its path.</summary>
    public static string Path => Environment.ProcessPath ?? CommandLine.Name;

    /// <summary>Variables that it is to be started with.</summary>
    public static IReadOnlyDictionary<string, string> Surroundings(Terminal terminal) => Variables
        .Select(name => (Name: name, Value: terminal.Environment(name))).Where(variable => variable.Value is not null)
        .ToDictionary(variable => variable.Name, variable => variable.Value!, StringComparer.Ordinal);
}
