namespace Teuthology.Results.Tests;

public sealed class LogSignatureTests
{
    private const string Assert1 = "2026-11-22T10:00:00.000 INFO:tasks.ceph.osd.1.n2.stderr:/build/src/osd/PG.cc: 812: FAILED ceph_assert(is_primary())";
    private const string Crash = "2026-11-22T10:00:01.000 INFO:tasks.ceph.osd.1.n2.stderr:*** Caught signal (Aborted) ** in thread 7f12ab34cd56 thread_name:tp_osd_tp";

    [Fact]
    public void Of_AssertionAndCrash_IsTheAssertion()
    {
        var sign = LogSignature.Of(["2026-11-22T09:59:59.000 INFO:a:b", Assert1, Crash]);

        Assert.Contains("FAILED ceph_assert(is_primary())", sign, StringComparison.Ordinal);
        Assert.DoesNotContain("2026", sign, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CrashAlone_ForgetsTheThread() => Assert.Equal("*** Caught signal (Aborted) ** in thread <hash> thread_name:tp_osd_tp", LogSignature.Of([Crash]));

    [Fact]
    public void Of_Traceback_IsTheExceptionBehindItsFrames() => Assert.Equal(
        "AssertionError: # != #",
        LogSignature.Of(
        [
            "2026-11-22T10:00:00.000 INFO:teuthology.orchestra.run.n1.stderr:Traceback (most recent call last):",
            "2026-11-22T10:00:00.000 INFO:teuthology.orchestra.run.n1.stderr:  File \"x.py\", line 3, in <module>",
            "2026-11-22T10:00:00.000 INFO:teuthology.orchestra.run.n1.stderr:    raise ValueError()",
            "2026-11-22T10:00:00.000 INFO:teuthology.orchestra.run.n1.stderr:AssertionError: 3 != 4",
        ]));

    [Fact]
    public void Of_NothingToSee_IsNull() => Assert.Null(LogSignature.Of(["2026-11-22T10:00:00.000 INFO:teuthology.run:pass"]));

    [Fact]
    public void Of_LineOfMegabytes_IsLookedAtAsFarAsItTells() => Assert.Equal(
        "x.cc: #: FAILED ceph_assert(a)",
        LogSignature.Of([new string('a', 4_000_000) + " FAILED ", "x.cc: 1: FAILED ceph_assert(a)"]));

    [Fact]
    public void Read_NoLog_IsNull() => Assert.Null(LogSignature.Read("/nonexistent"));

    [Fact]
    public void Read_ALongLog_LooksAtItsEnd()
    {
        var archive = Directory.CreateTempSubdirectory("signature-").FullName;
        try
        {
            var filler = string.Concat(Enumerable.Repeat("2026-11-22T09:00:00.000 DEBUG:teuthology.x:nothing to see here at all, go on\n", 100_000));
            File.WriteAllText(Path.Combine(archive, "teuthology.log"), filler + Crash + "\n");

            Assert.StartsWith("*** Caught signal (Aborted)", LogSignature.Read(archive), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(archive, recursive: true);
        }
    }
}
