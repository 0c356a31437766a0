using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Keeps short output as text.</summary>
internal sealed class MemorySink : WriteOnlyStream
{
    private const int Limit = 64 * 1024;
    private readonly OutputTail tail = new(Limit);

    public string Text => tail.Finish();

    public override void Write(ReadOnlySpan<byte> buffer) => tail.Write(buffer);
}
