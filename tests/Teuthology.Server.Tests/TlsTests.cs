using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server.Tests;

/// <summary>The server's certificate: what clients are shown of it, and its renewal.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-tls-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private string CertificateFile => Path.Combine(_directory, "fullchain.pem");

    private string KeyFile => Path.Combine(_directory, "key.pem");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Certificate_RenewedWhileTheServerRuns_IsShownWithItsChainWithoutARestart()
    {
        using var first = new Authority("first");
        using var second = new Authority("second");
        await first.IssueAsync(CertificateFile, KeyFile, DateTime.UtcNow.AddHours(-2));
        await using var results = await ResultsStore.OpenAtAsync(Path.Combine(_directory, "results.db"), _time, default);
        await using var nodes = new LeaseStore(Path.Combine(_directory, "leases.db"), _time);
        var options = new ServerOptions { Listen = "https://127.0.0.1:0", CertificateFile = CertificateFile, KeyFile = KeyFile, Time = _time };
        await using var server = await ResultsServer.StartAsync(options, results, nodes, null, default);
        Assert.Equal("[]", await GetAsync(server, first));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(server, second));

        // Half of a renewal: the old one serves on.
        await File.WriteAllTextAsync(CertificateFile, "-----BEGIN CERTIFICATE-----\n");
        File.SetLastWriteTimeUtc(CertificateFile, DateTime.UtcNow.AddHours(-1));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("[]", await GetAsync(server, first));

        await second.IssueAsync(CertificateFile, KeyFile, DateTime.UtcNow);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("[]", await GetAsync(server, second));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(server, first));
    }

    // Knows the root alone, as clients do.
    private static async Task<string> GetAsync(ResultsServer server, Authority authority)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority.Root } };
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        return await http.GetStringAsync("/runs/");
    }

    private sealed class Authority : IDisposable
    {
        private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-1);
        private static readonly DateTimeOffset End = Begin.AddDays(3);
        private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly ECDsa _middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _middle;

        public Authority(string name)
        {
            Root = Request($"CN={name} root", _rootKey, isAuthority: true).CreateSelfSigned(Begin, End);
            using var middle = Request($"CN={name} middle", _middleKey, isAuthority: true).Create(Root, Begin, End.AddHours(-1), [1]);
            _middle = middle.CopyWithPrivateKey(_middleKey);
        }

        public X509Certificate2 Root { get; }

        public async Task IssueAsync(string certificate, string keyFile, DateTime written)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = Request("CN=server", key, isAuthority: false);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var own = request.Create(_middle, Begin, End.AddHours(-2), [2]);
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(certificate, own.ExportCertificatePem() + "\n" + _middle.ExportCertificatePem() + "\n");
            File.SetLastWriteTimeUtc(keyFile, written);
            File.SetLastWriteTimeUtc(certificate, written);
        }

        public void Dispose()
        {
            Root.Dispose();
            _middle.Dispose();
            _rootKey.Dispose();
            _middleKey.Dispose();
        }

        private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
        {
            var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
            return request;
        }
    }
}
