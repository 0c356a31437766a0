using Teuthology.Jobs;
using Xunit.Sdk;

namespace Teuthology.Xunit.Tests.Running;

public sealed class JobVerdictTests
{
    private static readonly TeuthologyException s_own = new(FailureKind.Test, "Command failed on n1 with status 1: 'false'");

    [Fact]
    public void Of_Pass_IsNull() => Assert.Null(JobVerdict.Of(null, null, Result(JobStatus.Pass)));

    [Fact]
    public void Of_Failure_IsTheReasonAlone()
    {
        var verdict = JobVerdict.Of(s_own, s_own, Result(JobStatus.Fail, s_own.Message));
        Assert.Equal(s_own.Message, Assert.IsType<XunitException>(verdict).Message);
    }

    [Fact]
    public void Of_FailureAndCleanups_ListsThemAfterTheReason()
    {
        var verdict = JobVerdict.Of(s_own, s_own, Result(JobStatus.Fail, s_own.Message) with { CleanupFailures = ["unwinding a: x", "unwinding b: y"] });
        Assert.Equal($"{s_own.Message}\n\nunwinding a: x\n\nunwinding b: y", verdict!.Message);
    }

    [Fact]
    public void Of_CleanupAlone_Fails() =>
        Assert.Equal("unwinding failed", JobVerdict.Of(null, null, Result(JobStatus.Fail, "unwinding failed"))!.Message);

    [Fact]
    public void Of_Dead_Fails() => Assert.Equal("lost n1", JobVerdict.Of(s_own, s_own, Result(JobStatus.Dead, "lost n1"))!.Message);

    [Fact]
    public void Of_NeverBegun_TellsWhatWasThrown()
    {
        var broken = new ConfigurationException("bad", new Yaml.YamlMark("a.yaml", 3, 5));
        Assert.Equal("a.yaml:3:5: bad", JobVerdict.Of(broken, broken, null)!.Message);
    }

    [Fact]
    public void Of_SkipWithReason_IsASkip()
    {
        Assert.Equal("no root", Assert.IsType<global::Xunit.SkipException>(JobVerdict.Of(new global::Xunit.SkipException("no root"), null, null)).Message);
        Assert.Equal("no root", Assert.IsType<global::Xunit.SkipException>(JobVerdict.Of(s_own, s_own, Result(JobStatus.Skip, "no root"))).Message);
    }

    [Fact]
    public void Of_SkipButUnwindingFailed_Fails() =>
        Assert.Equal("left a mount", JobVerdict.Of(new global::Xunit.SkipException("no root"), null, Result(JobStatus.Fail, "left a mount"))!.Message);

    [Fact]
    public void Of_OwnAssertionOnAPassedJob_KeepsItsException()
    {
        var mine = new InvalidOperationException("mine");
        Assert.Same(mine, JobVerdict.Of(mine, null, Result(JobStatus.Pass)));
    }

    [Fact]
    public void Of_JobFailedAndOwnCodeToo_TellsTheJobFirst()
    {
        var mine = new InvalidOperationException("mine");
        var verdict = JobVerdict.Of(new AggregateException(s_own, mine), s_own, Result(JobStatus.Fail, s_own.Message));
        Assert.StartsWith(s_own.Message, verdict!.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: mine", verdict.Message, StringComparison.Ordinal);
    }

    private static JobResult Result(JobStatus status, string? reason = null) => new(status, reason, TimeSpan.FromSeconds(1), null, null);
}
