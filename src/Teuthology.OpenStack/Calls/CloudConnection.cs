using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Teuthology.OpenStack;

/// <summary>How connections to a cloud are made: certificates, and no redirections.</summary>
internal sealed class CloudConnection
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _client;
    private readonly bool _verify;

    /// <summary>Reads the files of the certificates.</summary>
    /// <param name="credentials">What names them.</param>
    /// <exception cref="ConfigurationException">One cannot be read.</exception>
    public CloudConnection(OpenStackCredentials credentials)
    {
        _verify = credentials.Verify;
        _authorities = Read(credentials.CaFile, "cacert", file =>
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            return all.Count > 0 ? all : throw new CryptographicException("it holds no certificate");
        });
        _client = Read(credentials.CertificateFile, "cert", file => X509Certificate2.CreateFromPemFile(file, credentials.KeyFile));
    }

    /// <summary>A handler.</summary>
    public HttpMessageHandler Handler()
    {
        var tls = new SslClientAuthenticationOptions();
        if (!_verify)
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        if (_authorities is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (_client is not null)
            tls.ClientCertificates = [_client];

        // Cookies are none of OpenStack's; a redirection could carry the token elsewhere.
        return new SocketsHttpHandler
        {
            SslOptions = tls, AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(20),
        };
    }

    private static T? Read<T>(string? file, string key, Func<string, T> read)
        where T : class
    {
        if (file is null)
            return null;
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException($"'{key}': cannot read certificates from {file}: {e.Message}", inner: e);
        }
    }
}
