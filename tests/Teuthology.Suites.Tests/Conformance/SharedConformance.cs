using Teuthology.Suites.Conformance;

namespace Teuthology.Suites.Tests;

/// <summary>The data of <c>shared/conformance</c> in a directory above the tests, unpacked once.</summary>
public sealed class SharedConformance : IDisposable
{
    internal ConformanceData? Data { get; } = Find();

    public void Dispose() => Data?.Dispose();

    private static ConformanceData? Find()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            if (Path.Combine(directory, "shared", "conformance") is var data && Directory.Exists(data))
                return new ConformanceData(data);
        return null;
    }
}
