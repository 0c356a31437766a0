using System.Globalization;

namespace Teuthology.Bench;

/// <summary>Upstream's code: a checkout of it, or a bare repository of which a copy is made.</summary>
public sealed class Upstream : IAsyncDisposable
{
    private readonly string? _checkout;
    private readonly DirectoryInfo? _copy;

    private Upstream(string? checkout, DirectoryInfo? copy, string remark)
    {
        _checkout = checkout;
        _copy = copy;
        Remark = remark;
    }

    /// <summary>What ran, or why nothing did.</summary>
    public string Remark { get; private set; }

    public static async Task<Upstream> FindAsync(string? path)
    {
        if (path is null)
            return new Upstream(null, null, "skipped; --upstream or TEUTHOLOGY_UPSTREAM names a checkout or bare repository of ceph/teuthology");
        try
        {
            await Measured.RunAsync("python3", ["-c", "import yaml"]);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return new Upstream(null, null, "skipped; python3 with PyYAML is not here");
        }

        if (File.Exists(Path.Combine(path, "teuthology/suite/build_matrix.py")))
            return new Upstream(path, null, path);
        var copy = Directory.CreateTempSubdirectory("teuthology-upstream-");
        await Measured.RunAsync("sh", ["-c", "git -C \"$1\" archive HEAD teuthology | tar x -C \"$2\" && test -d \"$2/teuthology\"", "sh", path, copy.FullName]);
        return new Upstream(copy.FullName, copy, path);
    }

    /// <summary>What upstream took for <paramref name="work"/> (suite, subset, list, merged or first), or why it did not run.</summary>
    public async Task<(Measured? Measured, string Why)> RunAsync(string suites, string[] work)
    {
        if (_checkout is null)
            return (null, "");
        var script = Path.Combine(AppContext.BaseDirectory, "upstream.py");
        var measured = await Measured.RunAsync("python3", [script, _checkout, Path.GetFullPath(suites), .. work], keep: true);
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
}
