using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server.Tests;

/// <summary>Who may write, who did, and over which connection.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Write_WithoutAToken_IsRefusedWhereTokensAreOn()
    {
        await using var server = await EmptyServer.StartAsync(settings: options => options with { Tokens = TokenPolicy.On });

        var (status, body) = await server.SendAsync("POST", "/nodes/", """{"name": "n1"}""");
        Assert.Equal(401, status);
        Assert.Contains("token", (string)JsonNode.Parse(body)!["message"]!, StringComparison.Ordinal);
        Assert.Equal(401, (await server.SendAsync("GET", "/queue/pop_queue?queue=q")).Status);
        Assert.Equal(401, (await server.SendAsync("GET", "/audit/")).Status);
        Assert.Equal((200, "[]"), await server.SendAsync("GET", "/nodes/"));
    }

    [Fact]
    public async Task Write_WithAToken_IsDoneUntilItIsRevokedAndNoted()
    {
        await using var server = await EmptyServer.StartAsync(settings: options => options with { Tokens = TokenPolicy.On });
        var secret = (await server.Results.CreateTokenAsync("ci", default))!;
        Assert.Null(await server.Results.CreateTokenAsync("ci", default));
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);

        Assert.Equal(200, (await server.SendAsync("POST", "/nodes/", """{"name": "n1", "machine_type": "mt", "up": true}""")).Status);
        await using (var client = new ServerDirectory(new HttpClient(), server.Url, new ServerPatience { Tries = 1, Token = secret }))
            await client.LockAsync("n1", new LockTerms { Owner = "me@here", Description = "d" }, default);
        var audit = JsonNode.Parse((await server.SendAsync("GET", "/audit/?path=/nodes/n1")).Body)!.AsArray();
        Assert.Equal(("ci", "/nodes/n1/lock/", 200), ((string)audit[0]!["token"]!, (string)audit[0]!["path"]!, (int)audit[0]!["status"]!));
        Assert.Contains("me@here", (string)audit[0]!["body"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, audit.ToJsonString(), StringComparison.Ordinal);

        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret + "x");
        Assert.Equal(401, (await server.SendAsync("POST", "/nodes/", """{"name": "n2"}""")).Status);
        Assert.True(await server.Results.RevokeTokenAsync("ci", default));
        Assert.Null(await server.Results.OwnerOfTokenAsync(secret, default));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", 200)]
    [InlineData("http://[::1]:0", 200)]
    [InlineData("http://0.0.0.0:0", 401)]
    public async Task Write_WithoutAToken_DependsOnWhoCanReachTheServer(string listen, int expected)
    {
        await using var server = await EmptyServer.StartAsync(settings: options => options with { Listen = listen });
        using var http = new HttpClient { BaseAddress = new Uri(server.Url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
        using var body = new StringContent("""{"name": "n1"}""");
        using var answer = await http.PostAsync("/nodes/", body);

        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("https://elsewhere.example", 403)]
    [InlineData("null", 403)]
    [InlineData("", 200)]
    public async Task Write_FromAPage_IsDoneForTheServersOwnAlone(string site, int expected)
    {
        await using var server = await EmptyServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/nodes/") { Content = new StringContent("""{"name": "n1"}""") };
        request.Headers.Add("Origin", site.Length > 0 ? site : server.Url.TrimEnd('/'));
        using var answer = await server.Http.SendAsync(request);

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(expected == 200, (await server.SendAsync("GET", "/nodes/n1/")).Status == 200);
    }

    [Fact]
    public async Task Https_WithACertificate_Answers()
    {
        var directory = Directory.CreateTempSubdirectory("teuthology-tls-").FullName;
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
            await using var server = await EmptyServer.StartAsync(settings: options => options with
            {
                Listen = "https://127.0.0.1:0", CertificateFile = Path.Combine(directory, "cert.pem"), KeyFile = Path.Combine(directory, "key.pem"),
            });
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { certificate } };
            using var http = new HttpClient(handler) { BaseAddress = new Uri(server.Url) };

            Assert.Equal("[]", await http.GetStringAsync("/runs/"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", null, "--certificate")]
    [InlineData("http://127.0.0.1:0", "/nowhere.pem", "https://")]
    public void Listen_SchemeAndCertificateThatDoNotFit_IsRefused(string listen, string? certificate, string message)
    {
        var error = Assert.Throws<ConfigurationException>(() => new ServerOptions { Listen = listen, CertificateFile = certificate }.ListenUri());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_OfTheServer_TellItsCallsFiguresAndHealth()
    {
        await using var server = await EmptyServer.StartAsync();
        await server.SendAsync("POST", "/nodes/", """{"name": "n1", "machine_type": "mt", "up": true}""");
        await server.SendAsync("POST", "/runs/r/jobs/", """{"status": "queued"}""");
        var document = JsonNode.Parse((await server.SendAsync("GET", "/openapi.json")).Body)!;
        Assert.Equal("3.1.0", (string)document["openapi"]!);
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            // Each call is there, whatever it says to nonsense.
            var (status, body) = await server.SendAsync(methods!.AsObject().First().Key.ToUpperInvariant(), path.Replace("{property}", "branch", StringComparison.Ordinal), "x");
            Assert.False(status == 404 && body.Contains("nothing at this address", StringComparison.Ordinal), path);
        }

        var metrics = (await server.SendAsync("GET", "/metrics")).Body;
        Assert.Contains("teuthology_nodes{machine_type=\"mt\",up=\"1\",locked=\"0\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("teuthology_jobs{status=\"queued\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("route=\"/runs/{name}/jobs\",status=\"200\",le=\"+Inf\"} 1", metrics, StringComparison.Ordinal);
        Assert.Equal((200, """{"status":"ok"}"""), await server.SendAsync("GET", "/health/live"));
        Assert.Equal(200, (await server.SendAsync("GET", "/health/ready")).Status);
        Assert.Contains("/nodes/lock_many/", (await server.SendAsync("GET", "/api")).Body, StringComparison.Ordinal);
    }
}
