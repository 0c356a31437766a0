using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>A host with a loopback lab: real sshds, real shells, no privilege.</summary>
public sealed class LoopbackHost : LabHost
{
    public LoopbackHost()
        : base("loopback", machines: 4)
    {
    }

    /// <param name="root">Its directory.</param>
    /// <param name="machines">How many machines it has.</param>
    /// <param name="remote">Patience.</param>
    internal LoopbackHost(string? root, int machines, RemoteOptions? remote = null)
        : base("loopback", machines, remote, root: root)
    {
    }
}
