using System.Diagnostics;

namespace Teuthology.Cli.Tests;

/// <summary>A public Python program whose checkout, or bare repository, an environment variable names; it runs unmodified from a copy.</summary>
internal sealed class Checkout : IDisposable
{
    private static readonly string[] Interpreters = ["/usr/bin/python3", "python3"];
    private readonly string _python;

    private Checkout(string python, string directory) => (_python, Directory) = (python, directory);

    /// <summary>The copy.</summary>
    public string Directory { get; }

    /// <summary>Copies it; the test is skipped where nobody gave one, or Python lacks what it needs.</summary>
    /// <param name="variable">Names the checkout.</param>
    /// <param name="what">What it is a checkout of.</param>
    /// <param name="modules">What Python must have, by the names of Debian's packages without <c>python3-</c>.</param>
    public static async Task<Checkout> CopyAsync(string variable, string what, params string[] modules)
    {
        var source = Environment.GetEnvironmentVariable(variable);
        Skip.If(source is null, $"{variable} does not name a checkout or bare repository of {what}");
        string? python = null;
        foreach (var one in Interpreters)
            python ??= await HasAsync(one, modules) ? one : null;
        Skip.If(python is null, $"no python3 here has {string.Join(", ", modules)}: apt-get install {string.Join(' ', modules.Select(module => $"python3-{module}"))}");
        var copy = System.IO.Directory.CreateTempSubdirectory("teuthology-upstream-").FullName;
        var unpacked = await ProgramAsync("sh", ["-c", "git -C \"$1\" archive HEAD | tar x -C \"$2\"", "sh", source!, copy], new Dictionary<string, string>());
        Assert.Equal("", unpacked.Error);
        return new Checkout(python!, copy);
    }

    /// <summary>Runs a script beside the tests to its end.</summary>
    public Task<CliResult> RunAsync(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        ProgramAsync(_python, [PathOf(script), Directory, .. arguments], environment);

    /// <summary>Starts a script beside the tests.</summary>
    public Process Start(string script, params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(_python, [PathOf(script), Directory, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    /// <summary>Writes a program that is one of its tools.</summary>
    public void Wrap(string program, string tool)
    {
        File.WriteAllText(program, $"#!/bin/sh\nexec {_python} {PathOf("upstream_tool.py")} {Directory} {tool} \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static string PathOf(string script) => Path.Combine(AppContext.BaseDirectory, "Upstream", script);

    private static async Task<bool> HasAsync(string python, string[] modules)
    {
        try
        {
            return (await ProgramAsync(python, ["-c", $"import {string.Join(", ", modules)}"], new Dictionary<string, string>())).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Task<CliResult> ProgramAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return TeuthologyProgram.RunAsync(start);
    }
}
