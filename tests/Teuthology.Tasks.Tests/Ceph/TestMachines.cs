using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>Machines that nobody connects to.</summary>
internal static class TestMachines
{
    public static Cluster With(params string[][] roles)
    {
        var cluster = new Cluster();
        for (var i = 0; i < roles.Length; i++)
        {
            var endpoint = new RemoteEndpoint
            {
                HostName = $"n{i + 1}",
                User = "ubuntu",
                Address = $"10.99.0.{i + 11}",
                HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
                IdentityFile = "/nowhere",
            };
            cluster.Add(new Remote(endpoint, NullLogger.Instance), roles[i]);
        }

        return cluster;
    }
}
