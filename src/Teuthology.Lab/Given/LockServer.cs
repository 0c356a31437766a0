using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>A server that knows machines and their locks, by paddles' calls: <c>/nodes/NAME/</c>.</summary>
/// <param name="http">Client; its own timeout holds.</param>
/// <param name="url">The server's URL.</param>
public sealed class LockServer(HttpClient http, string url)
{
    /// <summary>What the server says of a machine: <c>up</c>, <c>locked</c>, <c>locked_by</c>, <c>is_vm</c> and more; null when it has none of that name.</summary>
    /// <param name="machine">Its name, in full.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server does not answer, or not with a machine.</exception>
    public async Task<JsonObject?> StatusAsync(string machine, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(UrlOf(machine), cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || IsTimeout(e, cancellationToken))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"could not read lock status for {machine} from {url}: {e.Message}", e);
        }
    }

    /// <summary>Tells the server what a machine turned out to be.</summary>
    /// <param name="machine">Its name, in full.</param>
    /// <param name="facts">Keys and values.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server does not take it.</exception>
    public async Task UpdateAsync(string machine, JsonObject facts, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.PutAsJsonAsync(UrlOf(machine), facts, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception e) when (e is HttpRequestException || IsTimeout(e, cancellationToken))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the inventory of {machine} could not be told to {url}: {e.Message}", e);
        }
    }

    private static bool IsTimeout(Exception e, CancellationToken cancellationToken) => e is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private string UrlOf(string machine) => $"{url.TrimEnd('/')}/nodes/{Uri.EscapeDataString(machine)}/";
}
