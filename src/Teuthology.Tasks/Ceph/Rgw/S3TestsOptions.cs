namespace Teuthology.Tasks;

/// <summary>Configuration of <c>s3tests</c> for one client.</summary>
public sealed record S3TestsOptions
{
    /// <summary>Branch of s3-tests.</summary>
    public string? ForceBranch { get; init; }

    /// <summary>A commit of it.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Address of the directory that has s3-tests.git; the site's <c>ceph_git_base_url</c> when absent.</summary>
    public string? GitRemote { get; init; }

    /// <summary>The client whose gateway is tested; itself when absent.</summary>
    public string? RgwServer { get; init; }

    /// <summary>The client whose gateway serves websites.</summary>
    public string? RgwWebsiteServer { get; init; }

    /// <summary>How buckets are addressed.</summary>
    public string? CallingFormat { get; init; }

    /// <summary>Seconds that an answer may take.</summary>
    public int IdleTimeout { get; init; } = 30;

    /// <summary>Tells tests that the gateway is slow.</summary>
    public object? SlowBackend { get; init; }

    /// <summary>Which tests, by attribute; with <c>!</c>, which not.</summary>
    public IReadOnlyList<string>? ExtraAttrs { get; init; }

    /// <summary>Arguments for nose or pytest: a text, or a list.</summary>
    public object? ExtraArgs { get; init; }

    /// <summary>Whether the gateway's log must be free of the tests' encryption key.</summary>
    public bool ScanForEncryptionKeys { get; init; } = true;

    /// <summary>Whether there is a user who manages roles (STS).</summary>
    public bool StsTests { get; init; }

    /// <summary>Secrets kept in Barbican: not supported.</summary>
    public object? Barbican { get; init; }
}
