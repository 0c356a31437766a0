namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>Lists in pages, which may change while they are read.</summary>
public sealed class ListTests
{
    [Fact]
    public async Task List_WhosePageLeadsBack_EndsWithAnError()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(200, """{"flavors": [{"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "http://elsewhere/flavors/detail?marker=1"}]}"""));
        using var cloud = scripted.Open();

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("the list does not end: after 1 pages one leads back", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, scripted.Calls.Count);
    }

    [Fact]
    public async Task List_ThatChangesWhileItIsRead_IsReadAnew()
    {
        // What Nova does when a server gets from its queue to its host between two pages.
        var count = 0;
        await using var scripted = new ScriptedCloud(_ => ++count switch
        {
            1 or 2 or 3 => new ScriptedAnswer(200, $$"""{"flavors": [{"id": "{{(count == 2 ? 2 : 1)}}", "name": "a"}], "flavors_links": [{"rel": "next", "href": "/?marker={{(count == 2 ? 2 : 1)}}"}]}"""),
            4 => new ScriptedAnswer(200, """{"flavors": [{"id": "1", "name": "a"}, {"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "/?marker=1"}]}"""),
            _ => new ScriptedAnswer(200, """{"flavors": [{"id": "2", "name": "b"}]}"""),
        });
        using var cloud = scripted.Open();

        Assert.Equal(["a", "b"], (await cloud.Compute.FlavorsAsync(default)).Select(f => f.Name));
        Assert.Equal(5, count);
    }

    [Fact]
    public async Task List_WhosePagesNeverEnd_EndsWithAnError()
    {
        var page = 0;
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(200, $$"""{"flavors": [{"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "/flavors/detail?marker={{++page}}"}]}"""));
        using var cloud = scripted.Open(ScriptedCloud.Fast with { MostItems = 20 });

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("there are still more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WhoseLinksNameAnotherHost_StaysWithTheCatalogues()
    {
        await using var scripted = new ScriptedCloud(call => call.Url.Contains("marker=1", StringComparison.Ordinal)
            ? new ScriptedAnswer(200, """{"flavors": [{"id": "2", "name": "b"}]}""")
            : new ScriptedAnswer(200, """{"flavors": [{"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "http://192.0.2.1/v2.1/flavors/detail?marker=1"}]}"""));
        using var cloud = scripted.Open();

        Assert.Equal(["a", "b"], (await cloud.Compute.FlavorsAsync(default)).Select(f => f.Name));
    }
}
