namespace Teuthology.Lab;

/// <summary>How MAAS is reached, and how long things may take: upstream's key <c>maas</c>.</summary>
internal sealed record MaasOptions
{
    /// <summary><c>api_url</c>: URL of the API, e.g. <c>http://maas.example.com:5240/MAAS/api/2.0</c>.</summary>
    public required string ApiUrl { get; init; }

    /// <summary><c>api_key</c>, in its three parts: consumer key, token key, token secret.</summary>
    public required (string Consumer, string Token, string Secret) ApiKey { get; init; }

    /// <summary><c>user_data</c>: file with what cloud-init gets, <c>{os_type}</c> and <c>{os_version}</c> standing for the system; null gives none.</summary>
    public string? UserData { get; init; }

    /// <summary>How long a change of state may take (<c>timeout</c>), and how often it is asked for.</summary>
    public Polling State { get; init; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(900));

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigurationException">A key is wrong or missing.</exception>
    public static MaasOptions Read(SiteConfig site)
    {
        var keys = new Section(site.All, "").Under("maas");
        keys.RequireKnown("api_url", "api_key", "machine_types", "timeout", "user_data");
        return new MaasOptions
        {
            ApiUrl = keys.Required("api_url", "URL of MAAS's API, e.g. http://maas.example.com:5240/MAAS/api/2.0"),
            ApiKey = keys.Required("api_key", "see `maas apikey --username USER`").Split(':') is [{ Length: > 0 } consumer, { Length: > 0 } token, { Length: > 0 } secret]
                ? (consumer, token, secret)
                : throw keys.Wrong("api_key", "a key in three parts: consumer_key:consumer_token:secret"),
            UserData = keys.Path("user_data"),
            State = new Polling(TimeSpan.FromSeconds(60), keys.Seconds("timeout") ?? TimeSpan.FromSeconds(900)),
        };
    }
}
