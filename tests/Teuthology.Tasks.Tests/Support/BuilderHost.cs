using System.Security.Cryptography;
using System.Text;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>A root lab whose network this process can serve in: machines with their own root file system and network.</summary>
public sealed class BuilderHost() : LabHost("root", machines: 2)
{
    /// <summary>Runs a job with an HTTP server at the controller's address of the lab's network.</summary>
    /// <param name="yaml">The job.</param>
    /// <param name="address">The address, as in <see cref="Lab.LabOptions.Subnet"/>.</param>
    /// <param name="port">The port.</param>
    /// <param name="answer">Gives the content for a path with its query; null for 404.</param>
    /// <param name="guarded">See <see cref="HubServer.StartAsync"/>.</param>
    public async Task<JobResult> RunAsync(string yaml, string address, int port, Func<string, byte[]?> answer, (string Path, string Authorization)? guarded = null)
    {
        await using var session = await Engine.StartAsync(Job(yaml), null, CancellationToken.None);
        Skip.If(session.SkipReason is not null, session.SkipReason);

        // The network is there as long as machines are.
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(State, "lab"))))[..8];
        using var server = await HubServer.StartAsync($"/run/netns/teuth-{digest}", address, port, answer, guarded);
        try
        {
            await session.RunAsync(CancellationToken.None);
        }
        catch (TeuthologyException)
        {
            // Told by the result.
        }

        return await session.UnwindAsync();
    }
}
