using Teuthology.Scheduling;

namespace Teuthology.Server;

/// <summary>Settings of the server.</summary>
public sealed record ServerOptions
{
    /// <summary>Address to listen on, <c>http://host:port</c>; port 0 takes a free one.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether <c>POST /__reset</c> empties both stores: for the tests of clients, and for nothing else.</summary>
    public bool Testing { get; init; }

    /// <summary>The queue that the pages show; null for none. Whoever opened it closes it.</summary>
    public IJobQueue? Queue { get; init; }

    /// <summary>File of the known issues, see <see cref="Teuthology.Results.KnownIssues"/>; null for none.</summary>
    public string? KnownIssues { get; init; }

    /// <summary>Directories that hold the archives of jobs: files elsewhere are not looked at, whatever a job says.</summary>
    public IReadOnlyList<string> ArchiveRoots { get; init; } = [];

    /// <summary>Whether who writes must show a token.</summary>
    public TokenPolicy Tokens { get; init; } = TokenPolicy.Auto;

    /// <summary>PEM or PKCS#12 file of the certificate with which the server is reached by https; read anew when it changes. Null for http.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its private key; null when that is in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Bytes that a request may bring.</summary>
    public long LargestBody { get; init; } = 16 << 20;

    /// <summary>How long an answer may take, but for what is read as it grows.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long requests that run when the server stops may take to their end.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks the address.</summary>
    /// <exception cref="ConfigurationException">It is not one, or not one that this server may use.</exception>
    public Uri ListenUri()
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.AbsolutePath != "/")
            throw new ConfigurationException($"cannot listen on '{Listen}': an address looks like http://127.0.0.1:8080");
        if ((uri.Scheme == Uri.UriSchemeHttps) != (CertificateFile is not null))
            throw new ConfigurationException(CertificateFile is null
                ? $"cannot listen on '{Listen}' without a certificate: give --certificate FILE"
                : $"cannot listen on '{Listen}' with a certificate: the address of such a server looks like https://0.0.0.0:8443");
        return uri;
    }
}
