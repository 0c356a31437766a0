namespace Teuthology.OpenStack;

/// <summary>Who asks which cloud: what <c>OS_*</c> variables, openrc.sh or clouds.yaml told. <see cref="OpenStackConfiguration"/> reads them.</summary>
public sealed record OpenStackCredentials
{
    /// <summary>Keystone's address, ending in <c>/v3</c>.</summary>
    public required Uri AuthUrl { get; init; }

    /// <summary>How.</summary>
    public AuthMethod Method { get; init; }

    /// <summary>User's name; or null with <see cref="UserId"/>, or where none is needed.</summary>
    public string? Username { get; init; }

    /// <summary>User's id.</summary>
    public string? UserId { get; init; }

    /// <summary>Domain of the user's name; null is the domain whose id is <c>default</c>.</summary>
    public string? UserDomainName { get; init; }

    /// <summary>Id of that domain.</summary>
    public string? UserDomainId { get; init; }

    /// <summary>Password, with <see cref="AuthMethod.Password"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Project's name (v2: tenant).</summary>
    public string? ProjectName { get; init; }

    /// <summary>Project's id (v2: tenant's).</summary>
    public string? ProjectId { get; init; }

    /// <summary>Domain of the project's name; null is the domain whose id is <c>default</c>.</summary>
    public string? ProjectDomainName { get; init; }

    /// <summary>Id of that domain.</summary>
    public string? ProjectDomainId { get; init; }

    /// <summary>Application credential's id.</summary>
    public string? ApplicationCredentialId { get; init; }

    /// <summary>Application credential's name, which belongs to the user.</summary>
    public string? ApplicationCredentialName { get; init; }

    /// <summary>Application credential's secret.</summary>
    public string? ApplicationCredentialSecret { get; init; }

    /// <summary>Token, with <see cref="AuthMethod.Token"/>.</summary>
    public string? Token { get; init; }

    /// <summary>Region; null takes the first that the catalogue has for a service.</summary>
    public string? Region { get; init; }

    /// <summary><c>public</c>, <c>internal</c> or <c>admin</c>.</summary>
    public string Interface { get; init; } = "public";

    /// <summary>Addresses that beat the catalogue's, by type of service (<c>compute</c>, <c>image</c>, <c>block-storage</c>, <c>network</c>).</summary>
    public IReadOnlyDictionary<string, Uri> EndpointOverrides { get; init; } = new Dictionary<string, Uri>();

    /// <summary>File of the authorities that sign the cloud's certificates, in PEM; null takes the host's.</summary>
    public string? CaFile { get; init; }

    /// <summary>False takes any certificate.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Client certificate, in PEM.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its key, in PEM; null when it is in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Networks of clouds.yaml that servers get unless told otherwise, by name.</summary>
    public IReadOnlyList<string> DefaultNetworks { get; init; } = [];

    /// <summary>Where they come from, for messages: <c>cloud 'lab' of /etc/openstack/clouds.yaml</c>.</summary>
    public string Source { get; init; } = "the program";

    /// <summary>Without secrets: they shall not end in a log.</summary>
    public override string ToString() => $"{Username ?? UserId ?? ApplicationCredentialId ?? ApplicationCredentialName ?? "token"}@{AuthUrl} project {ProjectName ?? ProjectId ?? "-"} ({Source})";
}
