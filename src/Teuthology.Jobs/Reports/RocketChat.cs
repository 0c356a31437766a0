using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// Sends messages to a Rocket.Chat server by its REST API (<c>/api/v1/login</c>, <c>/api/v1/chat.postMessage</c>). Server and account are in the file
/// that upstream reads, <c>~/.config/rocketchat.api/settings.yaml</c>: <c>domain</c> (a URL), <c>username</c>, <c>password</c>. A message that cannot be
/// sent is a warning in the log, never a failure of the job.
/// </summary>
/// <param name="settings">Path of that file.</param>
/// <param name="log">Told of what is and is not sent.</param>
internal sealed class RocketChat(string settings, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="channels">Names, commas between; <c>@user</c> is a person.</param>
    /// <param name="message">Markdown.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SendAsync(string channels, string message, CancellationToken cancellationToken)
    {
        var names = channels.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        JobLog.Note(log, $"Sending a message to Rocket.Chat channels: {string.Join(", ", names)}");
        using var http = new HttpClient { Timeout = Patience };
        Uri server;
        try
        {
            server = await LoginAsync(http, cancellationToken);
        }
        catch (Exception e) when (IsTrouble(e, cancellationToken))
        {
            JobLog.Warn(log, $"rocketchat: nobody is told: {e.Message}");
            return;
        }

        foreach (var name in names)
        {
            try
            {
                await CallAsync(http, new Uri(server, "api/v1/chat.postMessage"), new JsonObject { ["channel"] = name, ["text"] = message }, cancellationToken);
            }
            catch (Exception e) when (IsTrouble(e, cancellationToken))
            {
                JobLog.Warn(log, $"rocketchat: Failed to send message to \"{name}\" channel: {e.Message}");
            }
        }
    }

    private async Task<Uri> LoginAsync(HttpClient http, CancellationToken cancellationToken)
    {
        if (YamlLoader.LoadFile(settings) is not YamlMap map)
            throw new ConfigurationException($"{settings} must be a mapping with domain, username and password");
        var server = Uri.TryCreate(Text("domain").TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new ConfigurationException("'domain' must be a URL such as https://chat.example.com", map.MarkOf("domain"));
        var answer = await CallAsync(http, new Uri(server, "api/v1/login"), new JsonObject { ["user"] = Text("username"), ["password"] = Text("password") }, cancellationToken);
        http.DefaultRequestHeaders.Add("X-Auth-Token", (string?)answer["data"]?["authToken"]);
        http.DefaultRequestHeaders.Add("X-User-Id", (string?)answer["data"]?["userId"]);
        return server;

        string Text(string key) => map.Get(key) as string ?? throw new ConfigurationException($"'{key}' is missing; it must be a text", map.MarkOf(key) ?? map.Mark);
    }

    private static async Task<JsonNode> CallAsync(HttpClient http, Uri url, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(url, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var told = await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
        return (string?)told?["status"] == "success" || (bool?)told?["success"] is true ? told! : throw new HttpRequestException($"{url} answers {told?.ToJsonString()}");
    }

    private static bool IsTrouble(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or TeuthologyException or IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
