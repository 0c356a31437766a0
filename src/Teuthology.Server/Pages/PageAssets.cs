using System.Collections.Frozen;
using System.IO.Compression;
using System.Net.Mime;
using System.Security.Cryptography;

namespace Teuthology.Server;

/// <summary>Style, scripts and icon of the pages, out of the assembly. An address holds a hash of the content, so that browsers need not ask twice.</summary>
internal static class PageAssets
{
    private static readonly FrozenDictionary<string, Asset> All = new[]
    {
        Load("ui.css", "text/css; charset=utf-8"),
        Load("ui.js", "text/javascript; charset=utf-8"),
        Load("theme.js", "text/javascript; charset=utf-8"),
        Load("icon.svg", MediaTypeNames.Image.Svg),
    }.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>Its address.</summary>
    /// <param name="name">Name of one of the assets.</param>
    public static string Address(string name) => $"/ui/assets/{All[name].Hash}/{name}";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/ui/assets/{hash}/{name}", Get);

    private static IResult Get(string hash, string name, HttpContext context)
    {
        if (!All.TryGetValue(name, out var asset) || asset.Hash != hash)
            return Reply.NotFound("there is nothing at this address");
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            return Microsoft.AspNetCore.Http.Results.Bytes(asset.Plain, asset.Type);
        context.Response.Headers.ContentEncoding = "gzip";
        return Microsoft.AspNetCore.Http.Results.Bytes(asset.Packed, asset.Type);
    }

    private static Asset Load(string name, string type)
    {
        using var resource = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var plain = new MemoryStream();
        resource.CopyTo(plain);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(plain.GetBuffer(), 0, (int)plain.Length);
        return new Asset(name, type, Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()).AsSpan(0, 6)), plain.ToArray(), packed.ToArray());
    }

    private sealed record Asset(string Name, string Type, string Hash, byte[] Plain, byte[] Packed);
}
