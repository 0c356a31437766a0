using System.Net;

namespace Teuthology.Server.Tests;

public sealed class NodeEndpointTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] Keys =
    [
        "name", "description", "up", "machine_type", "is_vm", "vm_host", "os_type", "os_version", "arch", "locked", "locked_since",
        "locked_by", "mac_address", "ssh_pub_key",
    ];

    [Theory]
    [InlineData("/nodes/", "n1 n2 n3")]
    [InlineData("/nodes", "n1 n2 n3")]
    [InlineData("/nodes/?locked=1", "n1")]
    [InlineData("/nodes/?locked=False&up=true", "n2 n3")]
    [InlineData("/nodes/?machine_type=smithi|root&count=2", "n1 n2")]
    [InlineData("/nodes/?machine_type=smithi", "")]
    [InlineData("/nodes/?locked_by=me@here", "n1")]
    [InlineData("/nodes/?os_type=debian&os_version=11", "")]
    [InlineData("/nodes/?nobody=knows", "n1 n2 n3")]
    public async Task Nodes_Filters_GiveTheMachinesThatMatch(string path, string names)
    {
        var (status, body) = await server.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), body.AsArray().Select(node => (string)node!["name"]!));
    }

    [Fact]
    public async Task Node_Held_HasAllKeysInOrderAndTellsItsHolder()
    {
        var (_, node) = await server.GetAsync("/nodes/n1/");

        Assert.Equal([.. Keys, "fence", "expires_at"], node.AsObject().Select(entry => entry.Key));
        Assert.Equal("me@here", (string)node["locked_by"]!);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$", (string)node["locked_since"]!);
    }

    [Theory]
    [InlineData("/nodes/n9/", HttpStatusCode.NotFound, "node not found")]
    [InlineData("/nodes/?count=x", HttpStatusCode.BadRequest, "count must be an integer")]
    [InlineData("/nodes/?locked=maybe", HttpStatusCode.BadRequest, "locked must be 1, 0, true or false")]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "there is nothing at this address")]
    public async Task Nodes_BadRequests_AnswerWithAMessage(string path, HttpStatusCode expected, string message)
    {
        var (status, body) = await server.GetAsync(path);

        Assert.Equal(expected, status);
        Assert.Equal(message, (string)body["message"]!);
    }

    [Fact]
    public async Task MachineTypes_Nodes_AreDistinct() =>
        Assert.Equal("""["root"]""", (await server.GetAsync("/nodes/machine_types/")).Body.ToJsonString());
}
