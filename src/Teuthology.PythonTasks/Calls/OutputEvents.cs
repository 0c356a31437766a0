using System.Text.Json.Nodes;

namespace Teuthology.PythonTasks;

/// <summary>Sends a command's output to Python as it comes.</summary>
internal sealed class OutputEvents(long process, string stream, Action<JsonObject> tell) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > 0)
            tell(new JsonObject { ["event"] = "output", ["process"] = process, ["stream"] = stream, ["data"] = Convert.ToBase64String(buffer) });
    }
}
