using System.ComponentModel;
using System.Globalization;

namespace Teuthology.Bench;

/// <summary>Upstream's code: a checkout of it, or a bare repository of which a copy is made, compiled as an installed one is.</summary>
public sealed class Upstream : IAsyncDisposable
{
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];
    private readonly string _python;
    private readonly string? _checkout;
    private readonly DirectoryInfo? _copy;

    private Upstream(string python, string? checkout, DirectoryInfo? copy, string remark)
    {
        _python = python;
        _checkout = checkout;
        _copy = copy;
        Remark = remark;
    }

    /// <summary>What ran, or why nothing did.</summary>
    public string Remark { get; private set; }

    /// <summary>Whether it can be run.</summary>
    public bool IsThere => _checkout is not null;

    /// <param name="path">Where it is; null when nobody said.</param>
    /// <param name="modules">What Python must have for the work at hand.</param>
    public static async Task<Upstream> FindAsync(string? path, params string[] modules)
    {
        if (path is null)
            return new Upstream("", null, null, "skipped; --upstream or TEUTHOLOGY_UPSTREAM names a checkout or bare repository of ceph/teuthology");
        string? python = null;
        foreach (var one in Interpreters)
            python ??= await HasAsync(one, modules) ? one : null;
        if (python is null)
            return new Upstream("", null, null, $"skipped; no python3 here has {string.Join(", ", modules)} (Debian: apt-get install {string.Join(' ', modules.Select(m => "python3-" + m))})");

        if (File.Exists(Path.Combine(path, "teuthology/suite/build_matrix.py")))
            return new Upstream(python, path, null, path);
        var copy = Directory.CreateTempSubdirectory("teuthology-upstream-");
        await Measured.RunAsync("sh", ["-c", "git -C \"$1\" archive HEAD teuthology | tar x -C \"$2\" && test -d \"$2/teuthology\"", "sh", path, copy.FullName]);
        await Measured.RunAsync(python, ["-m", "compileall", "-q", copy.FullName]);
        return new Upstream(python, copy.FullName, copy, path);
    }

    /// <summary>The command that runs one of our scripts on its code.</summary>
    /// <param name="script">File name of the script.</param>
    public string[] Command(string script) => [_python, Path.Combine(AppContext.BaseDirectory, script), _checkout!];

    /// <summary>What upstream took for <paramref name="work"/> (suite, subset, list, merged or first), or why it did not run.</summary>
    public async Task<(Measured? Measured, string Why)> RunAsync(string suites, string[] work)
    {
        if (_checkout is null)
            return (null, "");
        var measured = await Measured.RunAsync(_python, [.. Command("upstream.py")[1..], Path.GetFullPath(suites), .. work], keep: true);
        var fields = measured.Output.Trim().Split('\n')[^1].Split(' ');
        if (fields[^1] == "no-lua" && !Remark.Contains("Lua", StringComparison.Ordinal))
            Remark += ", without its Lua (lupa for Lua 5.4 is not installed), hence faster than it is";
        return (measured with
        {
            CpuSeconds = double.Parse(fields[1], CultureInfo.InvariantCulture),
            PeakMegabytes = double.Parse(fields[2], CultureInfo.InvariantCulture) / 1024,
        }, "");
    }

    public ValueTask DisposeAsync()
    {
        _copy?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> HasAsync(string python, string[] modules)
    {
        try
        {
            await Measured.RunAsync(python, ["-c", $"import {string.Join(", ", modules)}"]);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
