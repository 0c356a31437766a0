using System.Net;

namespace Teuthology.Lab.Tests;

/// <summary>FOG by its API, as its documentation shows the answers: docs.fogproject.org, "API".</summary>
public sealed class FogTests : IDisposable
{
    private const string Host = """{"count":1,"hosts":[{"id":"7","name":"smithi001","imageID":"3"}]}""";
    private const string None = """{"count":0,"images":[]}""";
    private const string Idle = """{"count":0,"tasks":[]}""";
    private const string Busy = """{"count":2,"tasks":[{"id":"41","name":"Deploy Task","host":{"id":"9","name":"smithi009"}},{"id":"42","name":"Deploy Task","host":{"id":"7","name":"smithi001"},"createdTime":"2026-01-02 03:04:05"}]}""";

    private static readonly Machine Smithi = new()
    {
        Name = "smithi001", User = "ubuntu", Address = "10.0.0.7", HostKey = null, IdentityFile = "/key", OsType = "", OsVersion = "", Arch = "", Features = LabFeatures.None,
    };

    private readonly ReplayServer _server = new();
    private readonly HttpClient _http = new();
    private readonly FakePower _power = new();
    private readonly Reports _told = new();

    public FogTests()
    {
        _server.On("GET", "/fog/host", Host);
        _server.On("GET", "/fog/image", call => (HttpStatusCode.OK, System.Text.Encoding.UTF8.GetBytes(call.Body.Contains("smithi_ubuntu_22.04") ? """{"count":1,"images":[{"id":"12","name":"smithi_ubuntu_22.04","size":"512:8e9"}]}""" : None)));
        _server.On("PUT", "/fog/host/7", "");
        _server.On("GET", "/fog/tasktype", """{"count":2,"tasktypes":[{"id":"1","name":"Deploy"},{"id":"17","name":"Deploy - Debug"}]}""");
        _server.On("POST", "/fog/host/7/task", "");
        _server.On("DELETE", "/fog/task/cancel", "");
        _server.OnEach("GET", "/fog/task/active", Idle, Idle, Busy, Busy, Busy, Idle);
    }

    public void Dispose()
    {
        _server.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Deploy_ImageOfThatName_IsSetScheduledBootedAndAwaited()
    {
        Assert.Null(await DeployAsync("ubuntu", "22.04"));

        Assert.Equal(
            ["GET /fog/host", "GET /fog/image", "PUT /fog/host/7", "GET /fog/task/active", "GET /fog/tasktype", "GET /fog/task/active", "POST /fog/host/7/task", "GET /fog/task/active", "GET /fog/task/active", "GET /fog/task/active", "GET /fog/task/active"],
            _server.Lines);
        Assert.Equal(["""{"name":"smithi001"}""", """{"name":"smithi_ubuntu_22.04"}""", """{"imageID":12}""", """{"taskTypeID":1}"""], _server.Requests.Select(r => r.Body).Where(b => b.Length > 0 && !b.Contains("deploy")));
        Assert.All(_server.Requests, r => Assert.Equal(("api", "user"), (r.Headers["fog-api-token"], r.Headers["fog-user-token"])));
        Assert.Equal(["smithi001 off", "smithi001 on"], _power.Orders);
        Assert.Equal(["FOG deploys smithi_ubuntu_22.04 to smithi001"], _told.Lines);
    }

    [Fact]
    public async Task Deploy_TasksOfBefore_AreCancelledFirst()
    {
        _server.OnEach("GET", "/fog/task/active", Busy, Idle, Busy.Replace("42", "43"), Idle);

        await DeployAsync("ubuntu", "22.04");

        Assert.Equal("""{"id":42}""", Assert.Single(_server.Requests, r => r.Line == "DELETE /fog/task/cancel").Body);
    }

    [Fact]
    public async Task Deploy_PowerThatFails_CancelsTheTask()
    {
        _power.OnOrder = _ => throw new TeuthologyException(FailureKind.Infrastructure, "Failed to power off smithi001 in 120s");

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Equal("Failed to power off smithi001 in 120s", error.Message);
        Assert.Equal("""{"id":42}""", Assert.Single(_server.Requests, r => r.Line == "DELETE /fog/task/cancel").Body);
    }

    [Fact]
    public async Task Deploy_TaskThatNeverEnds_IsCancelledAndTold()
    {
        _server.OnEach("GET", "/fog/task/active", Idle, Idle, Busy);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Contains("the deploy task 42 of smithi001 is not through after", error.Message);
        Assert.Contains("DELETE /fog/task/cancel", _server.Lines);
    }

    [Fact]
    public async Task Deploy_CalledOff_CancelsTheTask()
    {
        _server.OnEach("GET", "/fog/task/active", Idle, Idle, Busy);
        using var stop = new CancellationTokenSource();
        _power.OnOrder = order => { if (order.EndsWith("on", StringComparison.Ordinal)) stop.Cancel(); };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fog().DeployAsync(Smithi, new MachineOrder("smithi001") { OsType = "ubuntu", OsVersion = "22.04" }, _told, stop.Token));

        Assert.Contains("DELETE /fog/task/cancel", _server.Lines);
    }

    [Fact]
    public async Task Deploy_TaskThatFogDidNotMake_IsTold()
    {
        _server.OnEach("GET", "/fog/task/active", Idle);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.EndsWith("/fog/host/7/task: no deploy task for smithi001 is active afterwards", error.Message);
        Assert.Empty(_power.Orders);
    }

    [Theory]
    [InlineData("rocky", "10", "smithi_rocky_10.2", "10.2")]
    [InlineData("centos", "9", "smithi_centos_9.stream", "9.stream")]
    public async Task Deploy_ImageThatIsNotNamedSo_IsFoundAsUpstreamDoes(string system, string version, string image, string resolved)
    {
        _server.On("GET", "/fog/image", call => (HttpStatusCode.OK, System.Text.Encoding.UTF8.GetBytes(call.Body.Contains("9.stream") ? """{"count":1,"images":[{"id":15,"name":"smithi_centos_9.stream"}]}""" : None)));
        _server.On("GET", "/fog/image/search/smithi_rocky_10", """
            {"count":4,"images":[{"id":"1","name":"smithi_rocky_10.1","size":"9e9:1"},{"id":"2","name":"smithi_rocky_10.2","size":"9000000000"},{"id":"3","name":"smithi_rocky_10.10","size":""},{"id":"4","name":"smithi_rocky_10.x","size":"5"}]}
            """);

        Assert.Equal(resolved, await DeployAsync(system, version));
        Assert.Equal([$"FOG deploys {image} to smithi001"], _told.Lines);
    }

    [Fact]
    public async Task Deploy_NoImage_NamesThoseThatThereAre()
    {
        _server.On("GET", "/fog/image/search/smithi", """{"count":2,"images":[{"id":"1","name":"smithi_rocky_9.7"},{"id":"2","name":"smithi_ubuntu_24.04"}]}""");

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => DeployAsync("debian", "12.0"));

        Assert.Equal("Fog has no smithi_debian_12.0 image. Available smithi images: smithi_rocky_9.7, smithi_ubuntu_24.04", error.Message);
        Assert.DoesNotContain(_server.Lines, l => l.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"count":0,"hosts":[]}""", "Host smithi001 not found!")]
    [InlineData("""{"count":2,"hosts":[{"id":"1"},{"id":"2"}]}""", "More than one host found for smithi001")]
    [InlineData("""{"error":"x"}""", "the answer has no list 'hosts'")]
    [InlineData("<html>", "the answer is no JSON")]
    [InlineData("[]", "the answer is no object")]
    public async Task Deploy_HostThatIsNotOne_IsToldWithTheCall(string hosts, string message)
    {
        _server.On("GET", "/fog/host", hosts);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.StartsWith($"FOG: GET {_server.Url}fog/host: {message}", error.Message);
    }

    [Fact]
    public async Task Deploy_CallThatFogRefuses_IsToldWithItsAnswerAndWithoutTokens()
    {
        _server.On("PUT", "/fog/host/7", HttpStatusCode.Forbidden, "bad token");

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => DeployAsync("ubuntu", "22.04"));

        Assert.Equal($"FOG: PUT {_server.Url}fog/host/7: 403 Forbidden: bad token", error.Message);
    }

    [Fact]
    public async Task Obstacle_ServerAndTokens_AreProbed()
    {
        Assert.Equal($"FOG: GET {_server.Url}fog/system/info: 404 NotFound: no such thing; check fog.endpoint, fog.api_token and fog.user_token", await Fog().ObstacleAsync(default));
        _server.On("GET", "/fog/system/info", """{"success":true}""");
        Assert.Null(await Fog().ObstacleAsync(default));
    }

    [Fact]
    public async Task Settle_Sentinel_IsAwaitedThenTheNameIsMended()
    {
        var looks = 0;
        var shell = new FakeShell { Answer = command => (command.StartsWith("test -e '/.done'", StringComparison.Ordinal) && ++looks < 3 ? 1 : 0, "") };

        await Fog("/.done").SettleAsync(Smithi, shell, default);

        Assert.Equal(3, looks);
        Assert.Contains("new=smithi001", shell.Commands[^1]);
    }

    [Fact]
    public async Task Settle_SentinelThatNeverComes_IsTold()
    {
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => Fog("/.done").SettleAsync(Smithi, new FakeShell { Answer = _ => (1, "") }, default));

        Assert.Contains("smithi001 has no file /.done after", error.Message);
    }

    [Fact]
    public async Task Nudge_PowerThatFails_IsOnlyAWarning()
    {
        _power.OnOrder = _ => throw new TeuthologyException(FailureKind.Infrastructure, "no BMC");

        await Fog().NudgeAsync(Smithi, _told, default);

        Assert.Contains("WARNING: the power of smithi001 cannot be cycled: no BMC", _told.Lines);
    }

    [Theory]
    [InlineData("fog: {machine_types: smithi}", "'fog.endpoint' is not set: URL of FOG's API")]
    [InlineData("fog: {machine_types: smithi, endpoint: x, api_tokn: y}", "'fog.api_tokn' is no key that is known; did you mean 'api_token'?")]
    [InlineData("fog: {machine_types: smithi, endpoint: x, api_token: y}", "'fog.user_token' is not set")]
    public void Read_WrongKeys_AreTold(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => FogOptions.Read(SiteFile.Read(yaml))).Message);

    [Fact]
    public void Read_UpstreamsKeys_AreTaken()
    {
        var options = FogOptions.Read(SiteFile.Read("fog: {machine_types: smithi, endpoint: 'http://fog/fog', api_token: a, user_token: b, sentinel_file: /x}\nfog_reimage_timeout: 60\nfog_wait_for_ssh_timeout: 30"));

        Assert.Equal(("http://fog/fog", "a", "b", "/x", 60, 30), (options.Endpoint, options.ApiToken, options.UserToken, options.SentinelFile, options.Deploy.Timeout.TotalSeconds, options.Ssh.TotalSeconds));
    }

    private FogReimager Fog(string? sentinel = null) => new(
        "smithi",
        new FogOptions
        {
            Endpoint = $"{_server.Url}fog", ApiToken = "api", UserToken = "user", SentinelFile = sentinel,
            Deploy = new Polling(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1)), Sentinel = new Polling(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1)),
        },
        _http,
        _power,
        TimeProvider.System);

    private Task<string?> DeployAsync(string system, string version) => Fog().DeployAsync(Smithi, new MachineOrder("smithi001") { OsType = system, OsVersion = version }, _told, default);
}
