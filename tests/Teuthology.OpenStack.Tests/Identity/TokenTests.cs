namespace Teuthology.OpenStack.Tests.Identity;

/// <summary>Tokens of the real Keystone.</summary>
public sealed class TokenTests : CloudTests
{
    [SkippableFact]
    public async Task TokenAsync_WithAPassword_HasTheProjectAndTheCatalogue()
    {
        using var cloud = OpenStackCloud.Open(Real.Demo, RealCloud.Patient);

        var token = await cloud.TokenAsync(default);

        Assert.Equal("demo", token.ProjectName);
        Assert.Equal("demo", token.UserName);
        Assert.Contains("member", token.Roles);
        Assert.Contains(token.Catalog, e => e is { Type: "compute", Interface: "public", Region: "RegionOne" });
        Assert.Same(token, await cloud.TokenAsync(default));
    }

    [SkippableFact]
    public async Task TokenAsync_WithAnApplicationCredential_IsOfItsProject()
    {
        var token = await Own.TokenAsync(default);
        var made = (await RawCalls.PostAsync(token, "identity", $"users/{token.UserId}/application_credentials", new { application_credential = new { name = "lab", secret = "hush" } })).GetProperty("application_credential");

        using var byId = OpenStackCloud.Open(new OpenStackCredentials
        {
            AuthUrl = Own.Credentials.AuthUrl, Method = AuthMethod.ApplicationCredential, ApplicationCredentialId = made.GetProperty("id").GetString(), ApplicationCredentialSecret = "hush",
        }, RealCloud.Patient);
        using var byName = OpenStackCloud.Open(new OpenStackCredentials
        {
            AuthUrl = Own.Credentials.AuthUrl, Method = AuthMethod.ApplicationCredential, ApplicationCredentialName = "lab", Username = token.UserName, ApplicationCredentialSecret = "hush",
        }, RealCloud.Patient);

        Assert.Equal(token.ProjectId, (await byId.TokenAsync(default)).ProjectId);
        Assert.Equal(token.ProjectId, (await byName.TokenAsync(default)).ProjectId);
        Assert.NotEmpty(await byId.Compute.FlavorsAsync(default));
    }

    [SkippableFact]
    public async Task TokenAsync_WithAToken_GoesOnWithIt()
    {
        var first = await Own.TokenAsync(default);
        using var cloud = OpenStackCloud.Open(new OpenStackCredentials { AuthUrl = Own.Credentials.AuthUrl, Method = AuthMethod.Token, Token = first.Value, ProjectId = first.ProjectId }, RealCloud.Patient);

        Assert.Equal(first.UserId, (await cloud.TokenAsync(default)).UserId);
        Assert.NotEmpty(await cloud.Compute.FlavorsAsync(default));
    }

    [SkippableFact]
    public async Task TokenAsync_WithAWrongPassword_SaysWhatToCheckAndNotThePassword()
    {
        using var cloud = OpenStackCloud.Open(Real.Demo with { Password = "guess what" }, RealCloud.Patient);

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.TokenAsync(default));

        Assert.Equal(FailureKind.Configuration, error.Kind);
        Assert.Contains("OS_PASSWORD", error.Message, StringComparison.Ordinal);
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("guess what", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.RequestId);
    }

    [SkippableFact]
    public async Task FlavorsAsync_InARegionThatIsNotThere_SaysWhichThereAre()
    {
        using var cloud = OpenStackCloud.Open(Real.Demo with { Region = "RegionTwo" }, RealCloud.Patient);

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Equal(FailureKind.Configuration, error.Kind);
        Assert.Contains("public in region RegionOne", error.Message, StringComparison.Ordinal);
        Assert.Contains("OS_REGION_NAME", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Calls_WithATokenThatIsRevokedInTheMiddle_GoOnWithANewOne()
    {
        var order = await OrderAsync(Own, "revoked");
        var first = await Own.TokenAsync(default);
        await Own.Identity.RevokeAsync(first, default);

        var server = await Own.Compute.CreateServerAsync(order, default);

        Assert.NotSame(first, await Own.TokenAsync(default));
        var second = await Own.TokenAsync(default);
        await Own.Identity.RevokeAsync(second, default);
        Assert.NotEmpty(await Own.Images.ImagesAsync(null, default));
        await Own.Identity.RevokeAsync(await Own.TokenAsync(default), default);
        Assert.Empty(await Own.Volumes.VolumesAsync(null, default));
        Assert.True(await Own.Compute.DeleteServerAsync(server.Id, default));
    }

    [SkippableFact]
    public async Task TokenAsync_WhileKeystoneIsAway_WaitsUntilItIsBack()
    {
        await Real.StopAsync("keystone");
        var told = new TaskCompletionSource();
        using var cloud = OpenStackCloud.Open(Real.Demo, RealCloud.Patient with { Tries = 60, Progress = new Immediate(_ => told.TrySetResult()) });

        var token = cloud.TokenAsync(default);
        await told.Task;
        await Real.StartServiceAsync("keystone");

        Assert.Equal("demo", (await token).ProjectName);
    }
}
