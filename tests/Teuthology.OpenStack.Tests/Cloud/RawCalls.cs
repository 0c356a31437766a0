using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Teuthology.OpenStack.Tests;

/// <summary>Calls that an operator makes to prepare a test, and that the client has no use for.</summary>
internal static class RawCalls
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Posts to a service.</summary>
    /// <returns>The answer.</returns>
    public static Task<JsonElement> PostAsync(OpenStackToken token, string service, string path, object body) => SendAsync(HttpMethod.Post, token, service, path, body);

    /// <summary>Makes a type of volumes; Cinder may stumble while its daemons start.</summary>
    public static async Task MakeVolumeTypeAsync(OpenStackToken token, string name, TimeSpan deadline)
    {
        var root = token.Catalog.First(e => e.Type == "volumev3").Url;
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(500))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{root}/types") { Content = Json(new { volume_type = new { name, extra_specs = new { volume_backend_name = name } } }) };
            request.Headers.Add("X-Auth-Token", token.Value);
            using var answer = await Http.SendAsync(request);
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict)
                return;
            Assert.True(start.Elapsed < deadline, $"Cinder makes no type: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>Asks a service.</summary>
    /// <returns>The answer.</returns>
    public static async Task<JsonElement> SendAsync(HttpMethod method, OpenStackToken token, string service, string path, object? body)
    {
        var root = token.Catalog.First(e => e.Type == service).Url;
        using var request = new HttpRequestMessage(method, $"{root}/{path}") { Content = body is null ? null : Json(body) };
        request.Headers.Add("X-Auth-Token", token.Value);
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {root}/{path}: {answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    // With its length: Cinder takes a body in chunks for none.
    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
}
