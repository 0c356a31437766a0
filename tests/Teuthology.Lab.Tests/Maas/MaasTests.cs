using System.Net;

namespace Teuthology.Lab.Tests;

/// <summary>MAAS by its API, as its documentation shows the answers: maas.io/docs/api.</summary>
public sealed class MaasTests : IDisposable
{
    private const string Machines = "/MAAS/api/2.0/machines/?hostname=gibba001";
    private const string Path = "/MAAS/api/2.0/machines/4y3h7n";

    private static readonly Machine Gibba = new()
    {
        Name = "gibba001", User = "ubuntu", Address = "10.0.0.7", HostKey = null, IdentityFile = "/key", OsType = "", OsVersion = "", Arch = "", Features = LabFeatures.None,
    };

    private readonly ReplayServer _server = new();
    private readonly HttpClient _http = new();
    private readonly Reports _told = new();

    public MaasTests()
    {
        _server.OnEach("GET", Machines, List("Ready"), List("Deploying"), List("Deploying"), List("Deployed"));
        _server.On("GET", "/MAAS/api/2.0/boot-resources/", """
            [{"id":1,"type":"Synced","name":"ubuntu/jammy","architecture":"amd64/ga-22.04"},{"id":2,"type":"Synced","name":"ubuntu/jammy","architecture":"arm64/ga-22.04"},
             {"id":3,"type":"Uploaded","name":"centos/centos9-stream","architecture":"amd64/generic"},{"id":4,"type":"Syncing","name":"rocky/9.7","architecture":"amd64/generic"}]
            """);
        _server.On("POST", $"{Path}/op-deploy", One("Deploying"));
        _server.On("POST", $"{Path}/op-lock", One("Deployed", locked: true));
        _server.On("POST", $"{Path}/op-unlock", One("Deployed"));
        _server.On("POST", $"{Path}/op-release", One("Releasing"));
        _server.On("POST", $"{Path}/op-abort", One("Allocated"));
    }

    public void Dispose()
    {
        _server.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Deploy_ReadyMachine_IsDeployedAwaitedAndLocked()
    {
        await DeployAsync("ubuntu", "22.04");

        Assert.Equal(["machines?", "boot-resources/", "op-deploy", "machines?", "machines?", "machines?", "op-lock"], Calls());
        Assert.Contains("ubuntu/jammy", Body("op-deploy"));
        Assert.DoesNotContain("user_data", Body("op-deploy"));
        Assert.Equal(["MAAS deploys ubuntu/jammy to gibba001"], _told.Lines);
    }

    [Fact]
    public async Task Send_EachCall_IsSignedByPlaintextOAuth()
    {
        await DeployAsync("ubuntu", "22.04");

        Assert.All(_server.Requests, r => Assert.Matches(
            """^OAuth oauth_version="1.0", oauth_signature_method="PLAINTEXT", oauth_consumer_key="con", oauth_token="tok", oauth_signature="%26se%2520cret", oauth_nonce="[0-9a-f]{32}", oauth_timestamp="[0-9]{10}"$""", r.Headers["Authorization"]));
        Assert.Equal(_server.Requests.Count, _server.Requests.Select(r => r.Headers["Authorization"]).Distinct().Count());
    }

    [Theory]
    [InlineData("centos", "9.stream", "centos/centos9-stream")]
    [InlineData("ubuntu", "jammy", "ubuntu/jammy")]
    public async Task Deploy_Systems_AreNamedAsMaasDoes(string system, string version, string image)
    {
        await DeployAsync(system, version);

        Assert.Contains(image, Body("op-deploy"));
    }

    [Fact]
    public async Task Deploy_UserData_IsTheSystemsFileInBase64()
    {
        var file = System.IO.Path.GetTempFileName();
        File.Move(file, $"{file}-ubuntu-22.04");
        await File.WriteAllTextAsync($"{file}-ubuntu-22.04", "#cloud-config\n");
        try
        {
            await DeployAsync("ubuntu", "22.04", file + "-{os_type}-{os_version}");

            Assert.Contains(Convert.ToBase64String("#cloud-config\n"u8), Body("op-deploy"));
        }
        finally
        {
            File.Delete($"{file}-ubuntu-22.04");
        }
    }

    [Fact]
    public async Task Deploy_DeployedAndLockedMachine_IsReleasedFirst()
    {
        _server.OnEach("GET", Machines, List("Deployed", locked: true), List("Releasing"), List("Ready"), List("Deployed"));

        await DeployAsync("ubuntu", "22.04");

        Assert.Equal(["machines?", "op-unlock", "op-release", "machines?", "machines?", "boot-resources/", "op-deploy", "machines?", "op-lock"], Calls());
        Assert.Equal("erase=false", Body("op-release"));
    }

    [Fact]
    public async Task Deploy_MachineWhoseLastDeploymentFailed_IsReleasedFirst()
    {
        _server.OnEach("GET", Machines, List("Failed deployment"), List("Ready"), List("Deployed"));

        await DeployAsync("ubuntu", "22.04");

        Assert.Equal(["machines?", "op-release", "machines?", "boot-resources/", "op-deploy", "machines?", "op-lock"], Calls());
    }

    [Theory]
    [InlineData("Releasing")]
    [InlineData("Disk erasing")]
    public async Task Deploy_MachineThatIsStillReleased_WaitsForThat(string state)
    {
        _server.OnEach("GET", Machines, List(state), List(state), List("Ready"), List("Deployed"));

        await DeployAsync("ubuntu", "22.04");

        Assert.Equal(["machines?", "machines?", "machines?", "boot-resources/", "op-deploy", "machines?", "op-lock"], Calls());
        Assert.Contains("waiting until MAAS has released gibba001", _told.Lines);
    }

    [Fact]
    public async Task Deploy_ReleaseThatFails_IsTold()
    {
        _server.OnEach("GET", Machines, List("Deployed"), List("Releasing"), List("Releasing failed", message: "BMC is silent"));

        Assert.Equal("MAAS: machine 'gibba001' became 'releasing failed' instead of 'ready': BMC is silent", (await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"))).Message);
    }

    [Theory]
    [InlineData("Broken")]
    [InlineData("Testing")]
    public async Task Deploy_MachineInAnotherState_IsRefused(string state)
    {
        _server.OnEach("GET", Machines, List(state));

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Equal($"MAAS: machine 'gibba001' is not ready or allocated, current status is '{state.ToLowerInvariant()}'", error.Message);
    }

    [Fact]
    public async Task Deploy_DeploymentThatFails_IsToldAtOnce()
    {
        _server.OnEach("GET", Machines, List("Ready"), List("Deploying"), List("Failed deployment", message: "Node could not be powered on"));

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Equal("Deployment of machine 'gibba001' failed: MAAS: machine 'gibba001' became 'failed deployment' instead of 'deployed': Node could not be powered on", error.Message);
        Assert.DoesNotContain("op-abort", Calls());
    }

    [Fact]
    public async Task Deploy_DeploymentThatTakesTooLong_IsAborted()
    {
        _server.On("GET", Machines, _ => (HttpStatusCode.OK, System.Text.Encoding.UTF8.GetBytes(List(
            Calls().Contains("op-abort") ? "Allocated" : Calls().Contains("op-deploy") ? "Deploying" : "Ready"))));

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Contains("machine 'gibba001' is 'deploying', not 'deployed', after", error.Message);
        Assert.Contains("op-abort", Calls());
    }

    [Fact]
    public async Task Deploy_CallThatMaasRefuses_IsToldWithItsAnswer()
    {
        _server.OnEach("GET", Machines, List("Ready"));
        _server.On("POST", $"{Path}/op-deploy", HttpStatusCode.Conflict, "No available machine matches");

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Equal($"Deployment of machine 'gibba001' failed: MAAS: POST {_server.Url}MAAS/api/2.0/machines/4y3h7n/op-deploy: 409 Conflict: No available machine matches", error.Message);
    }

    [Theory]
    [InlineData("debian", "12", "MaaS has no debian/12 image available for amd64; it has ubuntu/jammy, centos/centos9-stream, rocky/9.7")]
    [InlineData("rocky", "9.7", "MaaS image rocky/9.7 is not synced, current status: Syncing")]
    public async Task Deploy_ImageThatCannotBeUsed_IsTold(string system, string version, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAnyAsync<TeuthologyException>(() => DeployAsync(system, version))).Message);

    [Theory]
    [InlineData("[]", "Machine 'gibba001' not found!")]
    [InlineData("""[{"hostname":"gibba001"},{"hostname":"gibba001"}]""", "More than one machine found for hostname 'gibba001': gibba001, gibba001")]
    public async Task Deploy_MachineThatIsNotOne_IsTold(string machines, string message)
    {
        _server.OnEach("GET", Machines, machines);

        Assert.Contains(message, (await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"))).Message);
    }

    [Theory]
    [InlineData("Ready", "machines?")]
    [InlineData("Deployed", "machines?, op-release")]
    [InlineData("Releasing", "machines?")]
    public async Task Release_Machine_IsGivenBack(string state, string calls)
    {
        _server.OnEach("GET", Machines, List(state), List("Ready"));

        await Maas().ReleaseAsync(Gibba, default);

        Assert.Equal(calls, string.Join(", ", Calls()));
    }

    [Fact]
    public async Task Release_LockThatIsGone_IsFine()
    {
        _server.OnEach("GET", Machines, List("Deployed", locked: true), List("Ready"));
        _server.On("POST", $"{Path}/op-unlock", HttpStatusCode.BadRequest, "Cannot unlock an already-unlocked node");

        await Maas().ReleaseAsync(Gibba, default);

        Assert.Contains("op-release", Calls());
    }

    [Fact]
    public async Task Obstacle_ServerAndKey_AreProbed()
    {
        _server.On("GET", "/MAAS/api/2.0/users/op-whoami", HttpStatusCode.Unauthorized, "Authorization Error: Invalid API key.");
        Assert.Equal($"MAAS: GET {_server.Url}MAAS/api/2.0/users/op-whoami: 401 Unauthorized: Authorization Error: Invalid API key.; check maas.api_url and maas.api_key", await Maas().ObstacleAsync(default));
        _server.On("GET", "/MAAS/api/2.0/users/op-whoami", """{"username":"teuthology"}""");
        Assert.Null(await Maas().ObstacleAsync(default));
    }

    [Theory]
    [InlineData("maas: {machine_types: gibba}", "'maas.api_url' is not set")]
    [InlineData("maas: {machine_types: gibba, api_url: x, api_key: 'a:b'}", "'maas.api_key' must be a key in three parts: consumer_key:consumer_token:secret")]
    public void Read_WrongKeys_AreTold(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => MaasOptions.Read(SiteFile.Read(yaml))).Message);

    private static string One(string state, bool locked = false, string message = "") =>
        $$"""{"system_id":"4y3h7n","hostname":"gibba001","architecture":"amd64/generic","status_name":"{{state}}","status_message":"{{message}}","locked":{{(locked ? "true" : "false")}}}""";

    private static string List(string state, bool locked = false, string message = "") => $"[{One(state, locked, message)}]";

    private IEnumerable<string> Calls() => _server.Lines.Select(l => l.EndsWith(Machines, StringComparison.Ordinal) ? "machines?" : l.Split("2.0/")[1].Replace("machines/4y3h7n/", "", StringComparison.Ordinal));

    private string Body(string call) => _server.Requests.Single(r => r.Line.EndsWith(call, StringComparison.Ordinal)).Body;

    private MaasReimager Maas(string? userData = null) => new(
        new MaasOptions { ApiUrl = $"{_server.Url}MAAS/api/2.0/", ApiKey = ("con", "tok", "se cret"), UserData = userData, State = new Polling(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1)) },
        _http,
        TimeProvider.System);

    private Task<string?> DeployAsync(string system, string version, string? userData = null) =>
        Maas(userData).DeployAsync(Gibba, new MachineOrder("gibba001") { OsType = system, OsVersion = version }, _told, default);
}
