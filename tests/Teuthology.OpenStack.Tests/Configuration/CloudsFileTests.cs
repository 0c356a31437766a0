namespace Teuthology.OpenStack.Tests.Configuration;

/// <summary>clouds.yaml, secure.yaml, clouds-public.yaml, and where they are looked for.</summary>
public sealed class CloudsFileTests : IDisposable
{
    private const string Lab = """
        clouds:
          lab:
            profile: vendor
            auth: {username: jo, project_name: qa, user_domain_name: Users, project_domain_id: d1}
            region_name: North
            interface: internal
            verify: false
            networks: [{name: private, default_interface: true}, {name: storage}]
            compute_endpoint_override: http://10.0.0.1:8774/v2.1
            volume_api_version: 3
        """;

    private readonly Files _files = new();
    private readonly Dictionary<string, string> _environment = [];

    public CloudsFileTests() => _environment["HOME"] = Path.Combine(_files.Root, "home");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Load_OfAnOnlyCloud_MergesProfileCloudAndSecrets()
    {
        _files.Write("work/clouds.yaml", Lab);
        _files.Write("home/.config/openstack/secure.yaml", "clouds: {lab: {auth: {password: hush}}}");
        _files.Write("work/clouds-public.yaml", "public-clouds: {vendor: {auth: {auth_url: 'https://vendor.example.com/identity'}, region_name: South}}");

        var read = Load();

        Assert.Equal("https://vendor.example.com/identity/v3", read.AuthUrl.ToString());
        Assert.Equal(("jo", "hush", "qa", "Users", "d1"), (read.Username, read.Password, read.ProjectName, read.UserDomainName, read.ProjectDomainId));
        Assert.Equal(("North", "internal", false), (read.Region, read.Interface, read.Verify));
        Assert.Equal(["private", "storage"], read.DefaultNetworks);
        Assert.Equal("http://10.0.0.1:8774/v2.1", read.EndpointOverrides["compute"].ToString());
        Assert.Contains("cloud 'lab' of", read.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithSeveralFiles_TakesTheFirstInOpenstacksdksOrder()
    {
        _files.Write("home/.config/openstack/clouds.yaml", Cloud("home"));
        Assert.Equal("home", Load().Username);
        _files.Write("work/clouds.yaml", Cloud("work"));
        Assert.Equal("work", Load().Username);
        _environment["OS_CLIENT_CONFIG_FILE"] = _files.Write("elsewhere/mine.yaml", Cloud("named"));
        Assert.Equal("named", Load().Username);
    }

    [Fact]
    public void Load_OfVariablesAndFiles_PrefersWhatIsNamed()
    {
        _files.Write("work/clouds.yaml", $"{Cloud("first")}  two: {{auth: {{auth_url: http://h/v3, username: second, password: p, project_name: x}}}}\n");
        Assert.Contains("several clouds (one, two): say which by OS_CLOUD", Assert.Throws<ConfigurationException>(() => Load()).Message, StringComparison.Ordinal);

        foreach (var (name, value) in ((string, string)[])[("OS_AUTH_URL", "http://e/v3"), ("OS_USERNAME", "environment"), ("OS_PASSWORD", "p"), ("OS_PROJECT_NAME", "x")])
            _environment[name] = value;
        Assert.Equal("environment", Load().Username);
        _environment["OS_CLOUD"] = "two";
        Assert.Equal("second", Load().Username);
        Assert.Equal("first", Load("one").Username);
    }

    [Fact]
    public void Load_OfNothing_SaysWhatToDo()
    {
        var error = Assert.Throws<ConfigurationException>(() => Load());

        Assert.Contains("source an openrc.sh", error.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/openstack", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clouds: [1]", null, "clouds.yaml:1:1: 'clouds' is a mapping")]
    [InlineData("- 1", null, "a mapping with the key 'clouds'")]
    [InlineData("clouds: {a: {}}", "b", "has no cloud 'b'; it has a")]
    [InlineData("clouds: {a: {profile: moon}}", "a", "profile 'moon' of cloud 'a' is not in clouds-public.yaml")]
    [InlineData("clouds: {a: {auth: {username: u}}}", "a", "auth_url is missing")]
    public void Load_OfAWrongFile_SaysWhereAndWhat(string text, string? cloud, string wanted)
    {
        _files.Write("work/clouds.yaml", text);

        var error = Assert.Throws<ConfigurationException>(() => Load(cloud));

        Assert.Contains(wanted, error.Message, StringComparison.Ordinal);
        Assert.Contains("clouds.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAnApplicationCredential_NeedsNoUser()
    {
        _files.Write("work/clouds.yaml", "clouds: {a: {auth_type: v3applicationcredential, auth: {auth_url: http://h:5000, application_credential_id: i, application_credential_secret: s}}}");

        var read = Load();

        Assert.Equal((AuthMethod.ApplicationCredential, "i", "s"), (read.Method, read.ApplicationCredentialId, read.ApplicationCredentialSecret));
        Assert.Equal("http://h:5000/v3", read.AuthUrl.ToString());
    }

    private static string Cloud(string user) => $"clouds:\n  one: {{auth: {{auth_url: http://h/v3, username: {user}, password: p, project_name: x}}}}\n";

    private OpenStackCredentials Load(string? cloud = null) => OpenStackConfiguration.Load(_environment.GetValueOrDefault, cloud, directory: Path.Combine(_files.Root, "work"));
}
