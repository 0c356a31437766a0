using System.Net.Http.Headers;
using Run = Teuthology.Server.Tests.ServerFixture;

namespace Teuthology.Server.Tests;

public sealed class PageTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Index_ForAProgram_IsTheEmptyObject() => Assert.Equal("{}", (await server.GetAsync("/")).Body.ToJsonString());

    [Fact]
    public async Task Index_ForABrowser_ListsTheRuns()
    {
        var page = await PageAsync("/");

        Assert.Contains($">{Run.Run}</a>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"state fail\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunPage_MarkupInAFailure_IsShownAsText()
    {
        var page = await PageAsync($"/ui/runs/{Uri.EscapeDataString(Run.Run)}");

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_BothStores_AreOk() =>
        Assert.Equal("""{"results":"ok","nodes":"ok","status":"ok"}""", (await server.GetAsync("/health")).Body.ToJsonString());

    private async Task<string> PageAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var response = await server.Http.SendAsync(request);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        return await response.Content.ReadAsStringAsync();
    }
}
