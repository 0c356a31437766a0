using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Teuthology.Server;

/// <summary>The server's certificate with what leads to its root, read anew when a file of it changes, so that a renewed one needs no restart.</summary>
internal sealed class Certificate
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private readonly string _file;
    private readonly string? _key;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private (DateTime File, DateTime? Key) _written;
    private long _looked;

    /// <summary>Reads it.</summary>
    /// <param name="file">PEM with the certificate and what leads to its root, or PKCS#12.</param>
    /// <param name="key">PEM with the private key; null when it is in the same file.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public Certificate(string file, string? key, TimeProvider time)
    {
        (_file, _key, _time, _looked) = (file, key, time, time.GetTimestamp());
        _written = Written();
        _current = Load(file, key);
    }

    /// <summary>The certificate now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) < Look)
                    return _current;
                _looked = _time.GetTimestamp();
                if (Written() is var written && written != _written)
                    Renew(written);
                return _current;
            }
        }
    }

    // Clients are shown the whole chain: most know the root alone.
    private static SslStreamCertificateContext Load(string file, string? key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            X509Certificate2 own;
            if (X509Certificate2.GetCertContentType(file) == X509ContentType.Pkcs12)
            {
                chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, null);
                own = chain.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("there is no private key in it");
            }
            else
            {
                own = X509Certificate2.CreateFromPemFile(file, key);
                chain.ImportFromPemFile(file);
            }

            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file}: no certificate with its key{(key is null ? "" : $" ({key})")}: {e.Message}", inner: e);
        }
    }

    private (DateTime File, DateTime? Key) Written() => (File.GetLastWriteTimeUtc(_file), _key is null ? null : File.GetLastWriteTimeUtc(_key));

    // A file that is only half written: the old one serves on, and the new one is read at the next look.
    private void Renew((DateTime File, DateTime? Key) written)
    {
        try
        {
            _current = Load(_file, _key);
            _written = written;
        }
        catch (ConfigurationException)
        {
            _written = default;
        }
    }
}
