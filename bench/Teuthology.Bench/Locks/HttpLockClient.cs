using System.Net.Http.Json;
using System.Text.Json;

namespace Teuthology.Bench;

/// <summary>A client over HTTP, by paddles' calls.</summary>
public sealed class HttpLockClient(Uri server, int number) : LockClient
{
    private readonly HttpClient _http = new() { BaseAddress = server };
    private readonly string _owner = $"client{number}@bench";

    /// <summary>Adds the machines.</summary>
    public static async Task FillAsync(Uri server)
    {
        using var http = new HttpClient { BaseAddress = server };
        for (var i = 0; i < LockLoad.Nodes; i++)
            (await http.PostAsJsonAsync("nodes/", new { name = $"node{i:000}", machine_type = "mt", up = true, os_type = "ubuntu", os_version = "22.04", arch = "x86_64" })).EnsureSuccessStatusCode();
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task<string[]?> LockAsync()
    {
        using var answer = await _http.PostAsJsonAsync("nodes/lock_many/", new { count = LockLoad.Machines, locked_by = _owner, machine_type = "mt", description = "/archive/run/1" });
        if (!answer.IsSuccessStatusCode)
            return null;
        using var nodes = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return [.. nodes.RootElement.EnumerateArray().Select(node => node.GetProperty("name").GetString()!)];
    }

    protected override async Task<bool> UnlockAsync(string[] names)
    {
        using var answer = await _http.PostAsJsonAsync("nodes/unlock_many/", new { names, locked_by = _owner });
        return answer.IsSuccessStatusCode;
    }
}
