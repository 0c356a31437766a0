using System.Text;
using System.Text.Json;

namespace Teuthology.Bench;

/// <summary>A call of a server.</summary>
/// <param name="Line">Method and path, <c>GET /runs/</c>.</param>
/// <param name="Body">JSON; empty for none.</param>
public readonly record struct ServerCall(string Line, byte[] Body)
{
    public static ServerCall Get(string path) => new($"GET /{path}", []);

    public static ServerCall Post(string path, object body) => new($"POST /{path}", JsonSerializer.SerializeToUtf8Bytes(body));

    public static ServerCall Put(string path, object body) => new($"PUT /{path}", JsonSerializer.SerializeToUtf8Bytes(body));

    /// <summary>With a text that is JSON already.</summary>
    public static ServerCall Post(string path, string json) => new($"POST /{path}", Encoding.UTF8.GetBytes(json));
}
