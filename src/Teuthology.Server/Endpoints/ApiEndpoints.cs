using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Teuthology.Server;

/// <summary><c>/openapi.json</c>, and <c>/api</c> for people.</summary>
internal static partial class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/openapi.json", ["GET", "HEAD"], () => Reply.Json(Document()));
        routes.MapMethods("/api", ["GET", "HEAD"], Page);
    }

    /// <summary>The calls in OpenAPI 3.1.</summary>
    public static JsonObject Document()
    {
        var paths = new JsonObject();
        foreach (var call in ApiCalls.All)
        {
            if (paths[call.Path] is not JsonObject methods)
                paths[call.Path] = methods = [];
            foreach (var method in call.Methods.Split(' '))
                methods[method.ToLowerInvariant()] = Operation(call, method);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "teuthology server", ["version"] = typeof(ApiEndpoints).Assembly.GetName().Version!.ToString(3) },
            ["components"] = new JsonObject { ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } } },
            ["paths"] = paths,
        };
    }

    private static JsonObject Operation(ApiCall call, string method)
    {
        var parameters = new JsonArray();
        foreach (Match hole in Holes().Matches(call.Path))
            parameters.Add((JsonNode)Parameter(hole.Groups[1].Value, "path"));
        foreach (var name in Words(call.Query))
            parameters.Add((JsonNode)Parameter(name, "query"));
        var operation = new JsonObject { ["summary"] = call.Summary, ["parameters"] = parameters };
        if (call.Body.Length > 0)
        {
            var keys = new JsonObject(Words(call.Body).Select(key => KeyValuePair.Create(key, (JsonNode?)Schema(key))));
            operation["requestBody"] = new JsonObject
            {
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object", ["properties"] = keys } } },
            };
        }

        operation["responses"] = new JsonObject { ["200"] = Answer("Done."), ["400"] = Answer("It makes no sense; `message` says why."), ["404"] = Answer("There is none.") };
        if (method != "GET")
        {
            operation["responses"]!["401"] = Answer("A token is needed.");
            operation["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() });
        }

        return operation;
    }

    private static JsonObject Parameter(string name, string place) =>
        new() { ["name"] = name, ["in"] = place, ["required"] = place == "path", ["schema"] = Schema(name) };

    private static JsonObject Schema(string key)
    {
        var schema = new JsonObject { ["type"] = ApiCalls.TypeOf(key) };
        if (ApiCalls.TypeOf(key) == "array")
            schema["items"] = new JsonObject { ["type"] = "string" };
        return schema;
    }

    private static JsonObject Answer(string description) => new() { ["description"] = description };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IResult Page(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
        var rows = new StringBuilder();
        foreach (var call in ApiCalls.All)
            rows.Append("<tr><td>").Append(Text(call.Methods)).Append("</td><td><code>").Append(Text(call.Path)).Append("</code></td><td>").Append(Text(call.Summary))
                .Append("</td><td>").Append(Text(call.Query)).Append("</td><td>").Append(Text(call.Body)).Append("</td></tr>\n");
        return Microsoft.AspNetCore.Http.Results.Text(
            $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Calls of the server</title>
            <style>:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; } body { margin: 1rem auto; max-width: 90rem; padding: 0 1rem; }
            .wide { overflow-x: auto; } table { border-collapse: collapse; } th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }</style></head>
            <body><h1>Calls of the server</h1>
            <p>JSON there and back; who writes shows <code>Authorization: Bearer TOKEN</code> where the server asks for it. For programs: <a href="/openapi.json">openapi.json</a>.</p>
            <div class="wide" tabindex="0"><table><thead><tr><th scope="col">Method</th><th scope="col">Path</th><th scope="col">What it does</th><th scope="col">Query</th><th scope="col">Body</th></tr></thead>
            <tbody>
            {{rows}}</tbody></table></div></body></html>

            """,
            "text/html; charset=utf-8");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("[{]([a-z]+)[}]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Holes();
}
