using System.Collections.Concurrent;

namespace Teuthology.Lab.Tests;

/// <summary>Keeps what was reported, in order.</summary>
internal sealed class Reports : IProgress<string>
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public void Report(string value) => Lines.Enqueue(value);
}
