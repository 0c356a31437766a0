using System.Diagnostics;

namespace Teuthology.OpenStack.Tests;

/// <summary>Tests against the real services: one after the other, for some of them stop a service.</summary>
[Collection(Name)]
public abstract class CloudTests : IAsyncLifetime
{
    public const string Name = "real cloud";
    private readonly List<OpenStackCloud> _clouds = [];

    internal RealCloud Real { get; private set; } = null!;

    /// <summary>The operator's cloud.</summary>
    internal OpenStackCloud Admin { get; private set; } = null!;

    /// <summary>A cloud of a user with a project of the test's own, made when it is asked for first.</summary>
    internal OpenStackCloud Own { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Real = await RealCloud.GetAsync();
        Admin = Open(Real.Admin);
        Own = Open(await ProjectAsync());
    }

    public Task DisposeAsync()
    {
        _clouds.ForEach(c => c.Dispose());
        return Task.CompletedTask;
    }

    internal OpenStackCloud Open(OpenStackCredentials credentials, OpenStackOptions? options = null)
    {
        var cloud = OpenStackCloud.Open(credentials, options ?? RealCloud.Patient);
        _clouds.Add(cloud);
        return cloud;
    }

    internal static async Task<Flavor> FlavorAsync(OpenStackCloud cloud, string name) => (await cloud.Compute.FlavorsAsync(default)).Single(f => f.Name == name);

    internal static async Task<ServerOrder> OrderAsync(OpenStackCloud cloud, string name, string flavor = "m1.tiny") => new()
    {
        Name = name, FlavorId = (await FlavorAsync(cloud, flavor)).Id, ImageId = (await cloud.Images.FindByNameAsync("tiny", default))!.Id, NoNetwork = true,
    };

    /// <summary>A server that is up. SQLite sometimes fails Nova on a busy host, and the server with it: then another is made.</summary>
    internal static async Task<Server> UpAsync(OpenStackCloud cloud, ServerOrder order)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = await cloud.Compute.CreateServerAsync(order, default);
            try
            {
                return await cloud.Compute.WaitForServerAsync(server.Id, RealCloud.Deadline, default);
            }
            catch (OpenStackException) when (attempt < 6)
            {
                await GoneAsync(cloud, server.Id);
            }
        }
    }

    /// <summary>Orders a server away until it is gone.</summary>
    internal static async Task GoneAsync(OpenStackCloud cloud, string id)
    {
        for (var start = Stopwatch.StartNew(); await cloud.Compute.FindServerAsync(id, default) is not null; await Task.Delay(300))
        {
            Assert.True(start.Elapsed < RealCloud.Deadline, $"server {id} does not go");
            await cloud.Compute.DeleteServerAsync(id, default);
        }
    }

    // A project and a user of its own, so that quotas and lists are the test's.
    private async Task<OpenStackCredentials> ProjectAsync()
    {
        var name = $"project-{Guid.NewGuid():N}";
        var token = await Admin.TokenAsync(default);
        var project = (await RawCalls.PostAsync(token, "identity", "projects", new { project = new { name, domain_id = "default" } })).GetProperty("project").GetProperty("id").GetString();
        var user = (await RawCalls.PostAsync(token, "identity", "users", new { user = new { name, domain_id = "default", password = "own" } })).GetProperty("user").GetProperty("id").GetString();
        var roles = await RawCalls.SendAsync(HttpMethod.Get, token, "identity", "roles?name=member", null);
        await RawCalls.SendAsync(HttpMethod.Put, token, "identity", $"projects/{project}/users/{user}/roles/{roles.GetProperty("roles")[0].GetProperty("id").GetString()}", null);
        return Real.Demo with { Username = name, Password = "own", ProjectName = name };
    }
}
