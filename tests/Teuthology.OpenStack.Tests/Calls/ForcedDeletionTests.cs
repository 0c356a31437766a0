namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>Forced deletions on clouds that leave them to operators.</summary>
public sealed class ForcedDeletionTests
{
    [Theory]
    [InlineData("/compute/v2.1/servers/x")]
    [InlineData("/volume/v3/p1/volumes/x")]
    public async Task ForceDelete_ThatIsRefused_OrdersAPlainDeletion(string path)
    {
        await using var scripted = new ScriptedCloud(call => call.Method == "DELETE"
            ? new ScriptedAnswer(204, "")
            : new ScriptedAnswer(403, """{"forbidden": {"message": "Policy does not allow it", "code": 403}}"""));
        using var cloud = scripted.Open();

        await (path.Contains("/servers/", StringComparison.Ordinal) ? cloud.Compute.ForceDeleteServerAsync("x", default) : cloud.Volumes.ForceDeleteVolumeAsync("x", default));

        Assert.Equal([("POST", $"{path}/action"), ("DELETE", path)], scripted.Calls.Select(call => (call.Method, call.Path)).Where(call => call.Path.StartsWith(path, StringComparison.Ordinal)));
    }
}
