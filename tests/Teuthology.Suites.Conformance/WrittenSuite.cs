using System.Text;

namespace Teuthology.Suites.Conformance;

/// <summary>What <see cref="SuiteWriter"/> writes of a suite.</summary>
internal static class WrittenSuite
{
    public static string Text(SuiteMatrix matrix, SuiteFormat format, SuiteFilter? filter = null, long limit = 0) =>
        Written(stream => new SuiteWriter(stream, format).Write(matrix, filter, limit, default));

    public static string Merged(SuiteMatrix matrix, SuiteFormat format, JobMerger merger, long limit = 0) =>
        Written(stream => new SuiteWriter(stream, format).WriteMerged(matrix, merger, limit, default));

    /// <summary>What was written before the error, and the error.</summary>
    public static (string Written, string? Error) Until(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        string? error = null;
        try
        {
            write(stream);
        }
        catch (ConfigurationException e)
        {
            error = e.Message;
        }

        return (Encoding.UTF8.GetString(stream.ToArray()), error);
    }

    private static string Written(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
