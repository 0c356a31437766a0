namespace Teuthology.Cli;

/// <summary>What is being waited for, a line each on standard error; the same thing is not told twice in a row.</summary>
internal sealed class LineProgress(TextWriter writer) : IProgress<string>
{
    private readonly Lock _gate = new();
    private string? _last;

    public void Report(string value)
    {
        lock (_gate)
        {
            if (value == _last)
                return;
            _last = value;
            writer.WriteLine(value);
        }
    }
}
