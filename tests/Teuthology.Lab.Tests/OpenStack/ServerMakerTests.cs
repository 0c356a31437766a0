using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.Lab.Tests;

/// <summary>What the cloud is sent for a server, by a cloud that looks at it.</summary>
public sealed class ServerMakerTests
{
    private static readonly MachineOrder Order = new("openstack001") { OsType = "debian", OsVersion = "12", Run = "run", Job = "1", Owner = "me@here" };

    [Fact]
    public async Task Start_WithEverythingASiteCanSay_IsWhatTheCloudGets()
    {
        await using var paper = await CloudOnPaper.OpenAsync(
            "network: lab", "floating_network: outside", "availability_zone: east", "volume_type: fast", "nameserver: 192.0.2.53", "packages: [jq]",
            "user-data: {timezone: Asia/Tokyo, runcmd: [[echo, own]]}", "volumes: {count: 2, size: 3}");
        var gate = paper.Cloud.Hold("POST", "/floatingips", after: true);

        var starting = paper.FailAsync(Order);
        await gate.Reached.WaitAsync(TimeSpan.FromMinutes(2));

        var server = Assert.Single(paper.Cloud.Servers.All);
        Assert.Equal("""[{"uuid":"net-lab"}]""", server["_networks"]!.ToJsonString());
        Assert.Equal("east", (string)server["OS-EXT-AZ:availability_zone"]!);
        Assert.Equal("m1.tiny", (string)server["flavor"]!["original_name"]!);
        Assert.Equal([("fast", "east", 3), ("fast", "east", 3)], paper.Cloud.Volumes.All.Select(v => ((string)v["volume_type"]!, (string)v["availability_zone"]!, (int)v["size"]!)));
        Assert.All(paper.Cloud.Volumes.All, v => Assert.Equal((string)server["id"]!, (string)v["attachments"]![0]!["server_id"]!));
        Assert.Equal("net-outside", (string)Assert.Single(paper.Cloud.FloatingIps.All)["floating_network_id"]!);
        var data = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String((string)server["_user_data"]!)).Split('\n', 2)[1])!;
        Assert.Equal(("Asia/Tokyo", "192.0.2.53", "jq"), ((string)data["timezone"]!, (string)data["resolv_conf"]!["nameservers"]![0]!, (string)data["packages"]![0]!));
        Assert.Equal(["""["echo","own"]""", """["touch","/.teuth_provisioned"]"""], data["runcmd"]!.AsArray().TakeLast(2).Select(c => c!.ToJsonString()));
        gate.Open();

        Assert.Contains("nothing answers SSH at 127.0.0.251", (await starting).Message, StringComparison.Ordinal);
        Assert.Equal(["keypair", "security group"], paper.Cloud.Left.Select(left => left[..left.LastIndexOf(' ')]).Order());
        await paper.Site.CloseAsync();
        Assert.Empty(paper.Cloud.Left);
    }

    [Theory]
    [InlineData("network: lap", "the cloud has no network 'lap'; did you mean 'lab'?")]
    [InlineData("network: outside", "It is not allowed to create an interface on external network")]
    [InlineData("floating_network: lab", "is not an external network")]
    [InlineData("availability_zone: west", "The requested availability zone is not available")]
    [InlineData("security_groups: [others]", "Security group others not found.")]
    [InlineData("keypair: mine", "Invalid key_name provided.")]
    public async Task Start_WhatTheCloudRefuses_IsToldInItsWordsAndLeavesNothing(string line, string words)
    {
        await using var paper = await CloudOnPaper.OpenAsync(line);

        Assert.Contains(words, (await paper.FailAsync(Order)).Message, StringComparison.Ordinal);

        await paper.Site.CloseAsync();
        Assert.Empty(paper.Cloud.Left);
    }

    [Fact]
    public async Task Start_ServersOfOneRun_AskForNetworkAndGroupOnce()
    {
        await using var paper = await CloudOnPaper.OpenAsync("network: lab");
        await paper.FailAsync(Order);
        int Asked(string path) => paper.Cloud.Calls.Count(call => call == $"GET /network/v2.0/{path}");
        var before = (Asked("networks"), Asked("security-groups"));

        await paper.FailAsync(Order with { Name = "openstack002", Job = "2" });
        Assert.Equal(before, (Asked("networks"), Asked("security-groups")));
        Assert.Equal(1, before.Item1);

        await paper.FailAsync(Order with { Run = "another" });
        Assert.Equal(2, Asked("networks"));
    }

    [Fact]
    public async Task Start_GroupThatSomebodyCollected_IsMadeAgain()
    {
        await using var paper = await CloudOnPaper.OpenAsync();
        await paper.FailAsync(Order);
        Assert.True(paper.Cloud.SecurityGroups.Remove((string)Assert.Single(paper.Cloud.SecurityGroups.All)["id"]!));

        Assert.Contains("nothing answers SSH", (await paper.FailAsync(Order)).Message, StringComparison.Ordinal);
        Assert.Single(paper.Cloud.SecurityGroups.All);
    }

    [Fact]
    public async Task Close_ImageThatWasUploaded_IsKeptAndProgressIsTold()
    {
        var disk = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(disk, new byte[3_000_000]);
            await using var paper = await CloudOnPaper.OpenAsync($"images: {{debian-11: {{url: '{disk}', format: raw}}}}");
            var told = new Told();

            var error = await Assert.ThrowsAnyAsync<TeuthologyException>(() => paper.Provisioner.StartAsync(Order with { OsVersion = "11" }, told, default));
            Assert.Contains("nothing answers SSH", error.Message, StringComparison.Ordinal);
            await paper.Site.CloseAsync();

            Assert.Equal(["image teuthology-debian-11-x86_64"], paper.Cloud.Left);
            Assert.Contains("uploading teuthology-debian-11-x86_64: 3 of 3 MB, 100 %", told.Lines);
        }
        finally
        {
            File.Delete(disk);
        }
    }
}
