namespace Teuthology.Server;

/// <summary>Where the pages are.</summary>
internal static class Addresses
{
    public static string Run(string run) => $"/ui/runs/{Part(run)}";

    public static string Job(string run, string job) => $"{Run(run)}/jobs/{Part(job)}";

    public static string Log(string run, string job) => $"{Job(run, job)}/log";

    public static string Node(string node) => $"/ui/nodes/{Part(node)}";

    public static string Suite(string suite) => $"/ui/suites/{Part(suite)}";

    public static string Failure(string fingerprint) => $"/ui/failures/{Part(fingerprint)}";

    /// <summary>A text as one segment of an address.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text);

    /// <summary>A segment as routing gives it, which leaves an escaped slash as it is.</summary>
    public static string Read(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path with a query; parameters without a value are left out.</summary>
    public static string With(string path, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var told = string.Join('&', parameters.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Part(one.Value!)}"));
        return told.Length == 0 ? path : $"{path}?{told}";
    }
}
