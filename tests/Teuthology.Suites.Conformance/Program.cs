using System.Globalization;
using Teuthology.Suites.Conformance;

var directory = args.FirstOrDefault()
    ?? Environment.GetEnvironmentVariable("TEUTHOLOGY_CONFORMANCE_DATA")
    ?? Path.Combine("..", "shared", "conformance");
if (args.Contains("--help") || args.Length > 1)
{
    Console.WriteLine("conformance [DIRECTORY]: compares every record of upstream's answers in DIRECTORY (else $TEUTHOLOGY_CONFORMANCE_DATA, else ../shared/conformance)");
    return args.Length > 1 ? 2 : 0;
}

if (!Directory.Exists(directory))
{
    Console.Error.WriteLine($"conformance: there is no directory {directory}; name the one with upstream's answers (goldens/, trees/, synthetic/ …)");
    return 2;
}

using var data = new ConformanceData(directory);
Console.WriteLine($"{"file",-40} {"records",8} {"equal",8} {"differ",7} {"skipped",8} {"compared",9} {"CPU s",7}");
var different = 0;
foreach (var file in ConformanceFile.All)
{
    if (!data.Has(file.Name))
    {
        Console.WriteLine($"{file.Name,-40} absent");
        continue;
    }

    var tally = new Tally();
    var before = Environment.CpuUsage.TotalTime;
    file.Compare(data, tally);
    tally.Close();
    var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{file.Name,-40} {tally.Equal + tally.Different + tally.Skipped,8} {tally.Equal,8} {tally.Different,7} {tally.Skipped,8} {tally.Comparisons,9} {seconds,7:0.0}"));
    foreach (var reason in tally.Reasons)
        Console.WriteLine($"    skipped: {reason}");
    foreach (var difference in tally.Differences.Take(1000))
        Console.WriteLine($"    different: {difference}");
    different += tally.Different;
}

Console.WriteLine(different == 0 ? "no difference" : string.Create(CultureInfo.InvariantCulture, $"{different} records differ"));
return different == 0 ? 0 : 1;
