using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Where tests of gateways come from; no gateway runs here.</summary>
public sealed class TestSourcesTests(LoopbackHost host) : IClassFixture<LoopbackHost>, IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("sources-").FullName;

    [SkippableFact]
    public async Task S3tests_WithoutSources_IsSkippedAndSaysFromWhereItTried()
    {
        var reason = await SkipReasonAsync($"s3tests: {{client.0: {{force-branch: b, git_remote: {_base}}}}}");
        Assert.Contains($"its tests could not be cloned from {_base}/s3-tests.git, branch b (", reason);
        Assert.Contains("git_remote of the task", reason);
    }

    [SkippableTheory]
    [InlineData("master", "HEAD", "'client.0' has no gateway; the job must have an rgw task before this one")]
    [InlineData("master", "0123456789", "has no commit '0123456789' in its branch master")]
    public async Task S3tests_WithSources_TakesBranchAndCommit(string branch, string sha1, string reason)
    {
        using var repository = await GitRepository.MakeAsync(branch, ("requirements.txt", "nose\n"));
        Directory.CreateSymbolicLink(Path.Combine(_base, "s3-tests.git"), repository.Path);
        var result = await host.RunAsync(Job($"s3tests: {{client.0: {{force-branch: {branch}, sha1: '{sha1}', git_remote: {_base}}}}}"));
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Contains(reason, result.FailureReason);
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    private static string Job(string task) => $"roles: [[client.0]]\ntasks:\n- {task}\n";

    private async Task<string> SkipReasonAsync(string task)
    {
        await using var session = await host.Engine.StartAsync(host.Job(Job(task)), null, CancellationToken.None);
        Skip.If(session.SkipReason is not null, session.SkipReason);
        var skipped = await Assert.ThrowsAsync<JobSkippedException>(() => session.RunAsync(CancellationToken.None));
        await session.UnwindAsync();
        return skipped.Message;
    }
}
