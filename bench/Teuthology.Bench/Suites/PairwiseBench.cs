using System.Diagnostics;
using System.Globalization;
using System.Text;
using Teuthology.Suites;

namespace Teuthology.Bench;

/// <summary>Sizes of pairwise subsets beside those of PICT: its published figures, and what it gives here where <c>pict</c> is in the PATH.</summary>
public static class PairwiseBench
{
    // Published for PICT at pairwise.org/efficiency.html; the last column is the best known array (Colbourn's tables), where we know it.
    private static readonly (string Name, string Levels, int? Published, int? Best)[] Examples =
    [
        ("3^4", "3^4", 9, 9),
        ("3^13", "3^13", 18, 15),
        ("4^15 3^17 2^29", "4^15 3^17 2^29", 37, null),
        ("4^1 3^39 2^35", "4^1 3^39 2^35", 27, 21),
        ("2^100", "2^100", 15, 10),
        ("10^20", "10^20", 210, 155),
        ("5^1 3^8 2^2", "5^1 3^8 2^2", null, 15),
        ("7^1 6^1 5^1 4^6 3^8 2^3", "7^1 6^1 5^1 4^6 3^8 2^3", null, 42),
        ("4^10", "4^10", null, 24),
        ("5^10", "5^10", null, 38),
    ];

    public static async Task<int> RunAsync(string? suitesDirectory, IEnumerable<string> suites)
    {
        Console.WriteLine($"{"array",-26}{"rows",6}{"PICT, published",17}{"PICT, here",12}{"best known",12}{"CPU seconds",13}");
        foreach (var (name, text, published, best) in Examples)
        {
            var levels = Levels(text);
            var start = Environment.CpuUsage.TotalTime;
            var rows = CoveringArray.Make(levels).Count;
            var seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            Console.WriteLine($"{name,-26}{rows,6}{Text(published),17}{Text(await PictAsync(levels)),12}{Text(best),12}{seconds,13:0.00}");
        }

        if (suitesDirectory is not null)
            Suites(new SuiteTree(suitesDirectory), [.. suites.DefaultIfEmpty("rados")]);
        return 0;
    }

    private static void Suites(SuiteTree tree, IReadOnlyList<string> suites)
    {
        Console.WriteLine($"\n{"suite",-26}{"jobs",12}{"pairwise",10}{"share",9}{"pairs",8}{"CPU seconds",13}{"triples' jobs",15}{"CPU seconds",13}");
        foreach (var suite in suites)
        {
            var (pairs, pairSeconds) = Choose(tree, suite, 2);
            var (triples, tripleSeconds) = Choose(tree, suite, 3);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{suite,-26}{pairs.FullSize,12:N0}{pairs.Size,10:N0}{pairs.Size / (double)pairs.FullSize,9:0.00%}{pairs.Covered,8:N0}{pairSeconds,13:0.00}{triples.Size,15:N0}{tripleSeconds,13:0.00}"));
        }
    }

    private static (CoveringReport Report, double Seconds) Choose(SuiteTree tree, string suite, int strength)
    {
        var start = Environment.CpuUsage.TotalTime;
        var report = tree.Build(suite, new SuiteOptions { Subset = SuiteSubset.Pairwise(strength) }).Covering!;
        return (report, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static List<int> Levels(string text) =>
        [.. text.Split(' ').Select(t => t.Split('^')).SelectMany(p => Enumerable.Repeat(int.Parse(p[0], CultureInfo.InvariantCulture), int.Parse(p[1], CultureInfo.InvariantCulture)))];

    private static async Task<int?> PictAsync(List<int> levels)
    {
        var model = new StringBuilder();
        for (var i = 0; i < levels.Count; i++)
            model.Append(CultureInfo.InvariantCulture, $"P{i}: {string.Join(", ", Enumerable.Range(0, levels[i]))}\n");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, model.ToString());
            using var pict = Process.Start(new ProcessStartInfo("pict", [file]) { RedirectStandardOutput = true })!;
            var output = await pict.StandardOutput.ReadToEndAsync();
            await pict.WaitForExitAsync();
            return pict.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1 : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
