using System.Globalization;
using System.Text;

namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>A call that a scripted cloud got.</summary>
internal sealed record ScriptedCall(string Method, string Url, string Body, string Token, string Version)
{
    /// <summary>Without the query.</summary>
    public string Path => Url.Split('?')[0];

    /// <summary>Reads one; null when the connection ends before it is whole.</summary>
    public static async Task<ScriptedCall?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        if ((await reader.ReadLineAsync(cancellationToken))?.Split(' ') is not [var method, var url, _])
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        var body = new StringBuilder();
        if (headers.ContainsKey("Transfer-Encoding"))
        {
            while (int.Parse(await reader.ReadLineAsync(cancellationToken) ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var size and > 0)
            {
                body.Append(await BlockAsync(reader, size, cancellationToken));
                await reader.ReadLineAsync(cancellationToken);
            }

            await reader.ReadLineAsync(cancellationToken);
        }
        else if (headers.TryGetValue("Content-Length", out var length))
        {
            body.Append(await BlockAsync(reader, int.Parse(length, CultureInfo.InvariantCulture), cancellationToken));
        }

        return new ScriptedCall(method, url, body.ToString(), headers.GetValueOrDefault("X-Auth-Token", ""), headers.GetValueOrDefault("OpenStack-API-Version", ""));
    }

    public override string ToString() => $"{Method} {Url}";

    private static async Task<string> BlockAsync(StreamReader reader, int size, CancellationToken cancellationToken)
    {
        var block = new char[size];
        var got = await reader.ReadBlockAsync(block, cancellationToken);
        return new string(block, 0, got);
    }
}
