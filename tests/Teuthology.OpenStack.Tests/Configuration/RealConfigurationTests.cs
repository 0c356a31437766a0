namespace Teuthology.OpenStack.Tests.Configuration;

/// <summary>Configuration that opens the real cloud.</summary>
public sealed class RealConfigurationTests : CloudTests
{
    [SkippableFact]
    public async Task Load_OfAnOpenrcOfVersion2_OpensTheCloud()
    {
        using var files = new Files();
        var openrc = files.Write("openrc.sh", $"""
            export OS_PASSWORD='{Real.Demo.Password}'
            export OS_USERNAME=demo
            export OS_TENANT_NAME=demo
            export OS_AUTH_URL={Real.AuthUrl.Replace("/v3", "/v2.0", StringComparison.Ordinal)}
            """);

        var cloud = Open(OpenStackConfiguration.Load(_ => null, openrc: openrc));

        Assert.Equal("demo", (await cloud.TokenAsync(default)).ProjectName);
    }

    [SkippableFact]
    public async Task Load_OfACloudsYaml_OpensTheCloud()
    {
        using var files = new Files();
        files.Write("clouds.yaml", $"clouds: {{lab: {{auth: {{auth_url: '{Real.AuthUrl}', username: demo, project_name: demo, user_domain_name: Default, project_domain_name: Default}}, region_name: RegionOne}}}}");
        files.Write("secure.yaml", $"clouds: {{lab: {{auth: {{password: '{Real.Demo.Password}'}}}}}}");

        var cloud = Open(OpenStackConfiguration.Load(name => name == "OS_CLOUD" ? "lab" : null, directory: files.Root));

        Assert.NotEmpty(await cloud.Compute.FlavorsAsync(default));
    }
}
