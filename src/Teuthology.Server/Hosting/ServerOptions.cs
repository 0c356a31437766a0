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

    /// <summary>Checks the address.</summary>
    /// <exception cref="ConfigurationException">It is not one, or not one that this server may use.</exception>
    public Uri ListenUri()
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.AbsolutePath != "/")
            throw new ConfigurationException($"cannot listen on '{Listen}': an address looks like http://127.0.0.1:8080");
        return uri;
    }
}
