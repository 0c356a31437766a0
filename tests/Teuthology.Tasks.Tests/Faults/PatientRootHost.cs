namespace Teuthology.Tasks.Tests;

/// <summary>A host with a root lab that waits for lost machines.</summary>
public sealed class PatientRootHost() : RootHost(connect: 30, lease: 120);
