namespace Teuthology.Tasks.Tests;

/// <summary>A loopback lab whose site has a lock server.</summary>
public sealed class SiteHost : LabHost
{
    public SiteHost()
        : this(new NodeServer())
    {
    }

    private SiteHost(NodeServer server)
        : base("loopback", machines: 4, site: SiteConfig.Empty with { LockServer = server.Url }) => Server = server;

    public NodeServer Server { get; }
}
