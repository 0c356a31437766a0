using System.Net;

namespace Teuthology.Lab.Tests;

/// <summary>Pelagos by its API, in the shape in which upstream speaks to it.</summary>
public sealed class PelagosTests : IDisposable
{
    private static readonly Machine Host = new()
    {
        Name = "hb001", User = "ubuntu", Address = "10.0.0.7", HostKey = null, IdentityFile = "/key", OsType = "", OsVersion = "", Arch = "", Features = LabFeatures.None,
    };

    private readonly ReplayServer _server = new();
    private readonly HttpClient _http = new();

    public PelagosTests() => _server.On("POST", "/node/provision", call =>
    {
        call.Answer["Location"] = $"{_server.Url}status/17";
        return (HttpStatusCode.Accepted, []);
    });

    public void Dispose()
    {
        _server.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Deploy_System_IsOrderedAndAwaited()
    {
        var looks = 0;
        _server.On("GET", "/status/17", call =>
        {
            call.Answer["status"] = ++looks < 4 ? "not completed" : "completed";
            return (looks < 4 ? HttpStatusCode.Accepted : HttpStatusCode.OK, []);
        });

        await DeployAsync();

        Assert.Equal(4, looks);
        Assert.Equal("os=opensuse-15.6&node=hb001.example.com", _server.Requests.First().Body);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "500 InternalServerError")]
    [InlineData(HttpStatusCode.NotFound, "404 NotFound")]
    [InlineData(HttpStatusCode.Accepted, "202 Accepted")]
    public async Task Deploy_AnythingButDone_HasFailed(HttpStatusCode status, string told)
    {
        _server.On("GET", "/status/17", status, "pxe failed");

        var error = await Assert.ThrowsAsync<TeuthologyException>(DeployAsync);

        Assert.Equal($"Pelagos: GET {_server.Url}status/17: Deploy failed: {told}: pxe failed", error.Message);
    }

    [Fact]
    public async Task Deploy_ThatNeverEnds_IsGivenUp()
    {
        _server.On("GET", "/status/17", call =>
        {
            call.Answer["status"] = "not completed";
            return (HttpStatusCode.Accepted, []);
        });

        Assert.Contains("the deployment of hb001 is not through after", (await Assert.ThrowsAsync<TeuthologyException>(DeployAsync)).Message);
    }

    [Fact]
    public async Task Deploy_OrderThatIsRefusedOrTellsNoTask_IsTold()
    {
        _server.On("POST", "/node/provision", HttpStatusCode.BadRequest, "unknown os");
        Assert.Equal($"Pelagos: POST {_server.Url}node/provision: 400 BadRequest: unknown os", (await Assert.ThrowsAsync<TeuthologyException>(DeployAsync)).Message);
        _server.On("POST", "/node/provision", "");
        Assert.Contains("the answer has no header Location", (await Assert.ThrowsAsync<TeuthologyException>(DeployAsync)).Message);
    }

    [Fact]
    public async Task Release_Host_IsParked()
    {
        await Pelagos().ReleaseAsync(Host, default);

        Assert.Equal("os=maintenance_image&node=hb001.example.com", Assert.Single(_server.Requests).Body);
    }

    [Fact]
    public async Task Obstacle_Server_IsProbed()
    {
        Assert.Null(await Pelagos().ObstacleAsync(default));
        _server.Dispose();
        Assert.Contains("check pelagos.endpoint", await Pelagos().ObstacleAsync(default));
    }

    private PelagosReimager Pelagos() => new(
        new PelagosOptions { Endpoint = _server.Url, Deploy = new Polling(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1)) }, SiteConfig.Empty with { LabDomain = "example.com" }, _http, TimeProvider.System);

    private Task<string?> DeployAsync() => Pelagos().DeployAsync(Host, new MachineOrder("hb001") { OsType = "opensuse", OsVersion = "15.6" }, null, default);
}
