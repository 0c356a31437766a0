namespace Teuthology.Tasks.Tests;

/// <summary>A host with a loopback lab: real sshds, real shells, no privilege.</summary>
public sealed class LoopbackHost() : LabHost("loopback", machines: 4);
