namespace Teuthology.Lab;

/// <summary>How Pelagos is reached: upstream's key <c>pelagos</c>.</summary>
internal sealed record PelagosOptions
{
    /// <summary><c>endpoint</c>: URL of the API.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long a deployment may take, and how often it is asked for.</summary>
    public Polling Deploy { get; init; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(900));

    /// <summary>Reads them.</summary>
    /// <exception cref="ConfigurationException">A key is wrong or missing.</exception>
    public static PelagosOptions Read(SiteConfig site)
    {
        var keys = new Section(site.All, "").Under("pelagos");
        keys.RequireKnown("endpoint", "machine_types");
        return new PelagosOptions { Endpoint = keys.Required("endpoint", "URL of Pelagos, e.g. http://pelagos.example.com:5000") };
    }
}
