namespace Teuthology.OpenStack.Tests.Compute;

/// <summary>Servers, flavors and key pairs of the real Nova.</summary>
public sealed class ServerTests : CloudTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChlC4ANYDwEJn5eVDbK1oL8n8Kp1iuSPmPK0f1dN";

    [SkippableFact]
    public async Task CreateServerAsync_WithTagsAndMetadata_ComesUpAndIsFoundByThem()
    {
        var order = await OrderAsync(Own, "target one") with
        {
            Tags = ["teuthology", "teuthology-id:a"], Metadata = new Dictionary<string, string> { ["teuthology-run"] = "ubuntu-2026/rbd, main" }, UserData = "#cloud-config\n",
        };

        var server = await UpAsync(Own, order);

        Assert.Equal("ACTIVE", server.Status);
        Assert.Equal(["teuthology", "teuthology-id:a"], server.Tags.Order());
        Assert.Equal("ubuntu-2026/rbd, main", server.Metadata["teuthology-run"]);
        Assert.Equal(order.ImageId, server.ImageId);
        Assert.Equal(server.Id, Assert.Single(await Own.Compute.ServersAsync(new ServerFilter { Tags = ["teuthology-id:a"] }, default)).Id);
        Assert.Empty(await Own.Compute.ServersAsync(new ServerFilter { Tags = ["teuthology-id:b"] }, default));
        Assert.Equal(server.Id, Assert.Single(await Own.Compute.ServersAsync(new ServerFilter { Metadata = order.Metadata }, default)).Id);
        Assert.Empty(await Own.Compute.ServersAsync(new ServerFilter { Name = "target" }, default));

        await Own.Compute.SetMetadataAsync(server.Id, new Dictionary<string, string> { ["more"] = "1" }, default);
        await Own.Compute.SetTagsAsync(server.Id, ["other"], default);
        var changed = await Own.Compute.FindServerAsync(server.Id, default);
        Assert.Equal("1", changed!.Metadata["more"]);
        Assert.Equal("ubuntu-2026/rbd, main", changed.Metadata["teuthology-run"]);
        Assert.Equal(["other"], changed.Tags);

        Assert.NotEmpty(await Own.Compute.ConsoleOutputAsync(server.Id, 100, default));
        await Own.Compute.RebootServerAsync(server.Id, hard: false, default);
        Assert.True(await Own.Compute.DeleteServerAsync(server.Id, default));
        await GoneAsync(Own, server.Id);
        await Own.Compute.WaitForDeletionAsync(server.Id, RealCloud.Deadline, default);
        Assert.Null(await Own.Compute.FindServerAsync(server.Id, default));
        Assert.False(await Own.Compute.DeleteServerAsync(server.Id, default));
    }

    [SkippableFact]
    public async Task WaitForServerAsync_WhenNoHostFits_TellsTheFault()
    {
        var server = await Admin.Compute.CreateServerAsync(await OrderAsync(Admin, "too large", "m1.huge"), default);

        var error = await Assert.ThrowsAsync<OpenStackException>(() => Admin.Compute.WaitForServerAsync(server.Id, RealCloud.Deadline, default));

        Assert.Contains("server too large", error.Message, StringComparison.Ordinal);
        Assert.Contains("state ERROR: No valid host was found", error.Message, StringComparison.Ordinal);
        await Admin.Compute.DeleteServerAsync(server.Id, default);
    }

    [SkippableFact]
    public async Task CreateServerAsync_OfAnUnknownFlavor_NamesCallStatusWordsAndRequest()
    {
        var order = await OrderAsync(Own, "odd") with { FlavorId = "no-such-flavor" };

        var error = await Assert.ThrowsAsync<OpenStackException>(() => Own.Compute.CreateServerAsync(order, default));

        Assert.Matches(@"nova: cannot create server odd: POST http://127\.0\.0\.1:\d+/v2\.1/servers answers 400 BadRequest: Flavor no-such-flavor could not be found.*\(request req-", error.Message);
    }

    [SkippableFact]
    public async Task CreateServerAsync_BeyondTheQuota_IsToldAsSuch()
    {
        var project = (await Own.TokenAsync(default)).ProjectId;
        await RawCalls.SendAsync(HttpMethod.Put, await Admin.TokenAsync(default), "compute", $"os-quota-sets/{project}", new { quota_set = new { instances = 0 } });

        var error = await Assert.ThrowsAsync<QuotaExceededException>(async () => await Own.Compute.CreateServerAsync(await OrderAsync(Own, "one more"), default));

        Assert.Contains("Quota exceeded for instances", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task CreateFlavorAsync_ByAPlainUser_SaysThatRolesForbidIt()
    {
        var error = await Assert.ThrowsAsync<OpenStackException>(() => Own.Compute.CreateFlavorAsync("mine", 1, 1, 1, default));

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, error.Status);
        Assert.Contains("roles in the project", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task CreateKeyPairAsync_Twice_IsAConflictOnlyForAnotherKey()
    {
        var made = await Own.Compute.CreateKeyPairAsync("lab", $"{Key} somebody", default);

        Assert.Equal("lab", made.Name);
        Assert.Equal($"{Key} somebody", (await Own.Compute.FindKeyPairAsync("lab", default))!.PublicKey);
        Assert.Equal("lab", Assert.Single(await Own.Compute.KeyPairsAsync(default)).Name);
        var error = await Assert.ThrowsAsync<OpenStackException>(() => Own.Compute.CreateKeyPairAsync("lab", Key, default));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, error.Status);
        Assert.True(await Own.Compute.DeleteKeyPairAsync("lab", default));
        Assert.False(await Own.Compute.DeleteKeyPairAsync("lab", default));
        Assert.Null(await Own.Compute.FindKeyPairAsync("lab", default));
    }

    [SkippableFact]
    public async Task Lists_InPagesOfOne_HaveEverything()
    {
        var small = Open(Own.Credentials, RealCloud.Patient with { PageSize = 1 });
        for (var i = 0; i < 3; i++)
            await UpAsync(Own, await OrderAsync(Own, $"page{i}"));

        var flavors = await small.Compute.FlavorsAsync(default);
        var servers = await small.Compute.ServersAsync(null, default);

        Assert.Equal((await Own.Compute.FlavorsAsync(default)).Select(f => f.Id).Order(), flavors.Select(f => f.Id).Order());
        Assert.True(flavors.Count >= 3);
        Assert.Equal(["page0", "page1", "page2"], servers.Select(s => s.Name).Order());
        foreach (var server in servers)
            await Own.Compute.DeleteServerAsync(server.Id, default);
    }

    [SkippableFact]
    public async Task CreateServerAsync_WhileNovaRestarts_MakesOneServer()
    {
        var order = await OrderAsync(Own, "restart");
        var told = new TaskCompletionSource();
        var cloud = Open(Own.Credentials, RealCloud.Patient with { Tries = 60, Progress = new Immediate(_ => told.TrySetResult()) });
        await cloud.Compute.VersionAsync(default);
        await Real.StopAsync("nova-api");

        var ordered = cloud.Compute.CreateServerAsync(order, default);
        await told.Task;
        await Real.StartServiceAsync("nova-api");
        var server = await ordered;

        Assert.Equal(server.Id, Assert.Single(await cloud.Compute.ServersAsync(null, default)).Id);
        await cloud.Compute.DeleteServerAsync(server.Id, default);
    }

    [SkippableFact]
    public async Task VersionAsync_OfThisNova_IsTheNewestThatBothKnow() => Assert.Equal(new Microversion(2, 90), await Own.Compute.VersionAsync(default));
}
