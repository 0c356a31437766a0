using System.Diagnostics;

namespace Teuthology.Lab;

/// <summary>Runs a script that builds a system of Debian's packages, from the host's own apt sources.</summary>
internal static class ScriptBuild
{
    /// <summary>Puts the script and what it fetches by into its directory.</summary>
    /// <returns>Path of the script.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the host names no source.</exception>
    public static async Task<string> PrepareAsync(string work, string suite, string name, string text, CancellationToken cancellationToken)
    {
        var sources = new AptSources("/etc/apt", suite).Read();
        if (sources.Count == 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"/etc/apt names no source of Debian {suite} main, from which the machines' image is made; add 'deb MIRROR {suite} main' to /etc/apt/sources.list");
        Directory.CreateDirectory(Path.Combine(work, "sources.list.d"));
        foreach (var (file, content) in sources)
            await File.WriteAllTextAsync(Path.Combine(work, "sources.list.d", file), content, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(work, "apt.conf"), AptSources.Fetching(await ToolRun.RunAsync("apt-config", ["dump"], cancellationToken)), cancellationToken);
        var script = Path.Combine(work, name);
        await File.WriteAllTextAsync(script, text, cancellationToken);
        return script;
    }

    /// <summary>Runs it to the end.</summary>
    /// <param name="launcher">Command and arguments that run it as root of namespaces of its own.</param>
    /// <param name="script">Path of the script.</param>
    /// <param name="work">Its directory.</param>
    /// <param name="variables">What it reads from its environment.</param>
    /// <param name="steps">Follows it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it failed, and the message says why.</exception>
    public static async Task RunAsync(IReadOnlyList<string> launcher, string script, string work, IReadOnlyDictionary<string, string> variables, ImageSteps steps, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(launcher[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in launcher.Skip(1).Append("bash").Append(script).Append(work))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        if (process.ExitCode != 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{steps.What} cannot be built: {steps.Failure ?? $"the build script ended with status {process.ExitCode}"}\n{steps.Tail}");

        void Take(string? line)
        {
            if (line is null)
                return;
            lock (steps)
                steps.Take(line);
        }
    }
}
