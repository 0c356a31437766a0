namespace Teuthology.OpenStack.Tests.Compute;

/// <summary>Servers of the real Nova that get a new root disk, and that stand still meanwhile.</summary>
public sealed class RebuildTests : CloudTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChlC4ANYDwEJn5eVDbK1oL8n8Kp1iuSPmPK0f1dN";

    [SkippableFact]
    public async Task RebuildServerAsync_OfAPausedServer_IsRefusedUntilItGoesOn()
    {
        await Own.Compute.CreateKeyPairAsync("second", Key, default);
        var rebuild = new ServerRebuild { Name = "second job", ImageId = (await Own.Images.FindByNameAsync("tiny", default))!.Id, KeyName = "second", UserData = "#cloud-config\n{}\n" };
        Assert.True(await Own.Compute.CanRebuildAsync(default));

        // SQLite sometimes fails Nova on a busy host, and the server with it: then another is tried.
        for (var attempt = 1; ; attempt++)
        {
            var server = await UpAsync(Own, await OrderAsync(Own, "first job") with { Metadata = new Dictionary<string, string> { ["teuthology-run"] = "r" } });
            try
            {
                await Own.Compute.PauseServerAsync(server.Id, default);
                await Own.Compute.WaitForStatusAsync(server.Id, "PAUSED", RealCloud.Deadline, default);
                var error = await Assert.ThrowsAsync<OpenStackException>(() => Own.Compute.RebuildServerAsync(server.Id, rebuild, default));
                Assert.Equal(System.Net.HttpStatusCode.Conflict, error.Status);
                Assert.Contains("while it is in vm_state paused", error.Message, StringComparison.Ordinal);

                await Own.Compute.UnpauseServerAsync(server.Id, default);
                await Own.Compute.WaitForStatusAsync(server.Id, "ACTIVE", RealCloud.Deadline, default);
                await Own.Compute.RebuildServerAsync(server.Id, rebuild, default);
                var rebuilt = await Own.Compute.WaitForServerAsync(server.Id, RealCloud.Deadline, default);

                Assert.Equal((server.Id, "second job", "second", rebuild.ImageId), (rebuilt.Id, rebuilt.Name, rebuilt.KeyName, rebuilt.ImageId));
                Assert.Equal("r", rebuilt.Metadata["teuthology-run"]);
                Assert.Null(rebuilt.TaskState);
                return;
            }
            catch (OpenStackException) when (attempt < 4)
            {
                // A server in ERROR
            }
            finally
            {
                await GoneAsync(Own, server.Id);
            }
        }
    }

    [SkippableFact]
    public async Task RebuildServerAsync_OfAnUnknownImage_SaysSo()
    {
        var server = await UpAsync(Own, await OrderAsync(Own, "odd"));

        var error = await Assert.ThrowsAsync<OpenStackException>(() => Own.Compute.RebuildServerAsync(server.Id, new ServerRebuild { Name = "odd", ImageId = Guid.NewGuid().ToString() }, default));

        Assert.Matches("nova: cannot rebuild server .* 400 BadRequest: .*mage", error.Message);
        await GoneAsync(Own, server.Id);
    }
}
