using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Teuthology.Server;

/// <summary>The server's certificate, read anew when its file changes, so that a renewed one needs no restart.</summary>
internal sealed class Certificate
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private readonly string _file;
    private readonly string? _key;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private X509Certificate2 _current;
    private DateTime _written;
    private long _looked;

    /// <summary>Reads it.</summary>
    /// <param name="file">PEM with the certificate and what leads to its root, or PKCS#12.</param>
    /// <param name="key">PEM with the private key; null when it is in the same file.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public Certificate(string file, string? key, TimeProvider time)
    {
        (_file, _key, _time, _looked) = (file, key, time, time.GetTimestamp());
        _written = File.GetLastWriteTimeUtc(file);
        _current = Load(file, key);
    }

    /// <summary>The certificate now.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) < Look)
                    return _current;
                _looked = _time.GetTimestamp();
                if (File.GetLastWriteTimeUtc(_file) is var written && written != _written)
                    Renew(written);
                return _current;
            }
        }
    }

    private static X509Certificate2 Load(string file, string? key)
    {
        try
        {
            if (X509Certificate2.GetCertContentType(file) == X509ContentType.Pkcs12)
                return X509CertificateLoader.LoadPkcs12FromFile(file, null);
            return X509Certificate2.CreateFromPemFile(file, key);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file}: no certificate with its key{(key is null ? "" : $" ({key})")}: {e.Message}", inner: e);
        }
    }

    // A file that is only half written: the old one serves on, and the new one is read at the next look.
    private void Renew(DateTime written)
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
