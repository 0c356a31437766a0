using System.Diagnostics;
using System.Text.Json;
using Teuthology.Results;

namespace Teuthology.Scheduling.Tests;

public sealed class RunMailTests
{
    private const string Wrap = "import json, sys, textwrap; json.dump([textwrap.wrap(t, 75) for t in json.load(sys.stdin)], sys.stdout)";
    private static readonly string[] Words = ["a", "an", "failed", "e-mail-address", "well-known", "a-b", "2-3", "end.", "--", "---", "-", "said--so", "why?--because", "x_y-z_w", new('w', 80), new string('v', 40) + "-" + new string('u', 60), "\t", "\n", "  ", "é-à"];

    /// <summary>Upstream's mails are broken into lines by Python; it is on every host of a lab that Ansible configures.</summary>
    [SkippableFact]
    public async Task Write_ReasonsOfAnyWords_BreaksLinesAsPythonDoes()
    {
        Skip.IfNot(File.Exists("/usr/bin/python3"), "compares with Python: apt-get install python3");
        var random = new Random(20);
        var reasons = Enumerable.Range(0, 400)
            .Select(_ => "the " + string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.GetItems(Words, 1)[0] + (random.Next(5) == 0 ? "" : " "))) + "last")
            .ToList();

        Assert.Equal((await WrapAsync(reasons)).Select(lines => string.Join('\n', lines)), reasons.Select(Reason));
    }

    private static string Reason(string reason)
    {
        var job = new JobRecord { RunName = "run", JobId = "1", Status = JobState.Fail, Document = [], FailureReason = reason };
        var body = RunMail.Write("run", [job], SiteConfig.Empty).Body.Split('\n');
        return string.Join('\n', body.SkipWhile(line => !line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]));
    }

    private static async Task<List<List<string>>> WrapAsync(List<string> texts)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Wrap]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(texts));
        python.StandardInput.Close();
        var answer = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        return JsonSerializer.Deserialize<List<List<string>>>(answer)!;
    }
}
