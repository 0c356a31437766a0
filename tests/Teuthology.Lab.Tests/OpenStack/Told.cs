using System.Collections.Concurrent;

namespace Teuthology.Lab.Tests;

/// <summary>Progress that is kept as it is told.</summary>
internal sealed class Told : IProgress<string>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public void Report(string value) => _lines.Enqueue(value);
}
