using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Bench;

/// <summary>Runs programs in the network of the lab.</summary>
/// <param name="files">The job's files.</param>
/// <param name="qa">The <c>qa</c> directory of a checkout of Ceph.</param>
internal sealed class QaSite(JobBenchFiles files, string qa)
{
    private const string TestDirectory = "/home/ubuntu/cephtest";

    /// <summary>The <c>qa</c> directory of a checkout of Ceph.</summary>
    public string Qa => qa;

    /// <summary>Runs the job.</summary>
    public async Task<QaRun> JobAsync(string[] program, string name, QaJob job)
    {
        var archive = Path.Combine(files.Directory, name);
        var start = Stopwatch.GetTimestamp();
        var (_, output) = await RunAsync(program[0], [.. program[1..], "--name", name, "-a", archive, files.Job]);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!File.Exists(Path.Combine(archive, "summary.yaml")))
            throw new InvalidOperationException($"{name} did not run: {output}");
        var summary = (YamlMap)YamlLoader.LoadFile(Path.Combine(archive, "summary.yaml"))!;
        return new QaRun(summary.Get("success") is true ? "pass" : $"fail: {(summary.Get("failure_reason") as string)?.Split('\n')[0]}", took, QaLog.Read(Path.Combine(archive, "teuthology.log"), job.Own, TestDirectory));
    }

    /// <summary>Runs a program; gives its exit status and what it wrote.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">A file for its standard input.</param>
    public async Task<(int Exit, string Output)> RunAsync(string program, string[] arguments, string? input = null)
    {
        var hub = "teuth-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(files.Directory, "state", "lab"))))[..8];
        var info = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{hub}", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null };
        info.Environment["TEUTHOLOGY_CONFIG"] = files.Site;
        info.Environment["TEUTHOLOGY_STATE"] = Path.Combine(files.Directory, "results");
        info.Environment["TEUTHOLOGY_BENCH_QA"] = qa;
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await using var from = File.OpenRead(input);
            await from.CopyToAsync(process.StandardInput.BaseStream);
            process.StandardInput.Close();
        }

        var output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
