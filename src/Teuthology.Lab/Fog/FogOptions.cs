namespace Teuthology.Lab;

/// <summary>How FOG is reached, and how long things may take: upstream's keys <c>fog</c>, <c>fog_reimage_timeout</c>, <c>fog_wait_for_ssh_timeout</c>.</summary>
internal sealed record FogOptions
{
    /// <summary><c>endpoint</c>: URL of the API.</summary>
    public required string Endpoint { get; init; }

    /// <summary><c>api_token</c>.</summary>
    public required string ApiToken { get; init; }

    /// <summary><c>user_token</c>.</summary>
    public required string UserToken { get; init; }

    /// <summary><c>sentinel_file</c>: file on the host that appears when its first boot is over; null waits for none.</summary>
    public string? SentinelFile { get; init; }

    /// <summary>How long a deployment may take, and how often it is asked for.</summary>
    public Polling Deploy { get; init; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1800));

    /// <summary>How long a host may take after it until its sshd answers.</summary>
    public TimeSpan Ssh { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>How long the sentinel may take to appear, and how often it is looked for.</summary>
    public Polling Sentinel { get; init; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1800));

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigurationException">A key is wrong or missing.</exception>
    public static FogOptions Read(SiteConfig site)
    {
        var root = new Section(site.All, "");
        var keys = root.Under("fog");
        keys.RequireKnown("endpoint", "api_token", "user_token", "machine_types", "sentinel_file");
        return new FogOptions
        {
            Endpoint = keys.Required("endpoint", "URL of FOG's API, e.g. http://fog.example.com/fog"),
            ApiToken = keys.Required("api_token", "see FOG Configuration > FOG Settings > API System"),
            UserToken = keys.Required("user_token", "see the user's page in FOG, tab API Settings"),
            SentinelFile = keys.Text("sentinel_file"),
            Deploy = new Polling(TimeSpan.FromSeconds(15), root.Seconds("fog_reimage_timeout") ?? TimeSpan.FromSeconds(1800)),
            Ssh = root.Seconds("fog_wait_for_ssh_timeout") ?? TimeSpan.FromSeconds(600),
        };
    }
}
