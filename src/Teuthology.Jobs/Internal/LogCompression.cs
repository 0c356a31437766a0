using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Compresses big pulled files; the job's key <c>log-compress-min-size</c> (default 128MB) says what is big.</summary>
internal static partial class LogCompression
{
    private const long DefaultSize = 128_000_000;

    /// <exception cref="ConfigurationException">The key makes no sense.</exception>
    public static void Compress(string directory, YamlMap job)
    {
        if (!Directory.Exists(directory))
            return;
        var least = job.Get("log-compress-min-size") switch
        {
            null => DefaultSize,
            long bytes => bytes,
            var text => Bytes(text.ToString()!) ?? throw new ConfigurationException($"invalid \"log-compress-min-size\": {text}", job.MarkOf("log-compress-min-size")),
        };
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(p => !p.EndsWith(".gz", StringComparison.Ordinal)))
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is null && file.Length >= least)
                Compress(path);
        }
    }

    /// <summary>Bytes of a human size: MB is 10^6, MiB is 2^20. Null when it is none.</summary>
    public static long? Bytes(string text)
    {
        if (Size().Match(text) is not { Success: true } match)
            return null;
        var unit = match.Groups["unit"].Value.ToUpperInvariant();
        var power = unit.Length == 0 ? 0 : "KMGT".IndexOf(unit[0]) + 1;
        var step = match.Groups["binary"].Success ? 1024d : 1000d;
        return (long)(double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * Math.Pow(step, power));
    }

    private static void Compress(string path)
    {
        using (var from = File.OpenRead(path))
        using (var to = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
            from.CopyTo(to);
        File.Delete(path);
    }

    [GeneratedRegex(@"^\s*(?<number>\d+(\.\d+)?)\s*(?<unit>[kKmMgGtT]?)(?<binary>i)?[bB]?\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Size();
}
