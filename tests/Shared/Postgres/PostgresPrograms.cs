using System.Diagnostics;

namespace Teuthology.Testing;

/// <summary>PostgreSQL's programs on this host, run by somebody who is not root: the server refuses root.</summary>
internal sealed class PostgresPrograms
{
    private const string Root = "/usr/lib/postgresql";

    // Debian's package makes and starts a cluster of its own unless it is told not to.
    private const string NoCluster = "/etc/postgresql-common/createcluster.conf.d/teuthology-tests.conf";

    private static readonly SemaphoreSlim Installing = new(1, 1);

    private readonly string _directory;

    private PostgresPrograms(string directory) => _directory = directory;

    /// <summary>The newest PostgreSQL of the host, 15 or later; installed when it is missing and the test is root.</summary>
    public static async Task<PostgresPrograms> FindAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (Newest() is null && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get"))
                await InstallAsync();
        }
        finally
        {
            Installing.Release();
        }

        var found = Newest();
        Skip.If(found is null, "PostgreSQL is not on this host: sudo apt-get install postgresql-15");
        return new PostgresPrograms(found);
    }

    /// <summary>Path of a program.</summary>
    public string PathOf(string program) => Path.Combine(_directory, program);

    /// <summary>Makes a directory the server's own.</summary>
    public async Task GiveAsync(string directory)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = Start(["chown", "postgres:", directory], asRoot: true);
        await chown.WaitForExitAsync();
    }

    /// <summary>Runs a program.</summary>
    /// <returns>Its output.</returns>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Start([PathOf(program), .. arguments]);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"{program} failed: {output}{await errors}");
    }

    /// <summary>Whether a program ends well.</summary>
    public async Task<bool> SucceedsAsync(string program, params string[] arguments)
    {
        using var process = Start([PathOf(program), .. arguments]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>Starts a program whose output goes to a file.</summary>
    public Process Start(string[] command, string log) =>
        Start(["/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, .. command]);

    private static Process Start(string[] command, bool asRoot = false)
    {
        string[] user = Environment.IsPrivilegedProcess && !asRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];
        string[] all = [.. user, .. command];
        var start = new ProcessStartInfo(all[0])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
        };
        foreach (var argument in all[1..])
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    private static async Task InstallAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(NoCluster)!);
        await File.WriteAllTextAsync(NoCluster, "create_main_cluster = false\nstart_conf = 'manual'\n");
        using var apt = Start(["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", "postgresql-15"], asRoot: true);
        apt.StandardInput.Close();
        var errors = apt.StandardError.ReadToEndAsync();
        var output = await apt.StandardOutput.ReadToEndAsync();
        await apt.WaitForExitAsync();
        File.Delete(NoCluster);
        Skip.If(apt.ExitCode != 0, $"PostgreSQL cannot be installed: sudo apt-get install postgresql-15\n{output}{await errors}");
    }

    private static string? Newest() => !Directory.Exists(Root)
        ? null
        : Directory.GetDirectories(Root).Where(d => int.TryParse(Path.GetFileName(d), out var version) && version >= 15 && File.Exists(Path.Combine(d, "bin", "postgres")))
            .OrderByDescending(d => int.Parse(Path.GetFileName(d))).Select(d => Path.Combine(d, "bin")).FirstOrDefault();
}
