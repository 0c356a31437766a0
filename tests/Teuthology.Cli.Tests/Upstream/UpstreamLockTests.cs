using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

/// <summary>Upstream's own tools at our server, and ours at a real paddles.</summary>
public sealed class UpstreamLockTests : IDisposable
{
    private readonly Cli _cli = new();

    [SkippableFact]
    public async Task TeuthologyLock_AtOurServer_SaysWhatOursSays()
    {
        using var upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr");
        await using var server = await EmptyServer.StartAsync(testing: true);

        var theirs = await LockTranscript.MakeAsync(_cli, server.Url, command => upstream.RunAsync(
            "upstream_tool.py", ["lock", .. command], new Dictionary<string, string> { ["TEUTHOLOGY_CONFIG"] = _cli.Environment["TEUTHOLOGY_CONFIG"], ["HOME"] = _cli.Directory }));
        await server.Http.PostAsync("/__reset", null);
        var ours = await LockTranscript.MakeAsync(_cli, server.Url, command => _cli.RunAsync(["lock", .. command]));

        Assert.Equal(theirs, ours);
    }

    [SkippableFact]
    public async Task Lock_AtARealPaddles_SaysWhatItSaysAtOurs()
    {
        await using var paddles = await RealPaddles.StartAsync();
        await using var server = await EmptyServer.StartAsync();

        var there = await LockTranscript.MakeAsync(_cli, paddles.Url, command => _cli.RunAsync(["lock", .. command]));
        var here = await LockTranscript.MakeAsync(_cli, server.Url, command => _cli.RunAsync(["lock", .. command]));

        Assert.Equal(there, here);
    }

    public void Dispose() => _cli.Dispose();
}
