namespace Teuthology.Results.Tests;

public sealed class FailureTextTests
{
    [Theory]
    [InlineData("Command failed on smithi042 with status 1: 'sudo ls /home/ubuntu/cephtest/x'", "Command failed on smithi117.front.sepia.ceph.com with status 1: 'sudo ls /home/ubuntu/cephtest/y/z'")]
    [InlineData("hit max job timeout after 43200 s", "hit max job timeout after  7200.5 s")]
    [InlineData("no answer from 127.0.0.12:6789", "no answer from 10.1.2.3:6790")]
    [InlineData("osd.3 is down since 2026-11-22T10:00:00.123Z", "osd.14 is down since 2026-11-23 04:05:06")]
    [InlineData("Packages for distro 'debian' and ceph hash '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c' not found", "Packages for distro 'debian' and ceph hash 'aaaa2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c' not found")]
    [InlineData("cannot read /tmp/a1b2/file: gone", "cannot read /tmp/c3/other: gone")]
    public void Normalize_WhatDiffersEachTime_IsTheSame(string one, string other) =>
        Assert.Equal(FailureText.Normalize(one), FailureText.Normalize(other));

    [Theory]
    [InlineData("Command failed on n1 with status 1: 'x'", "Command failed on n1 with status 124: 'x'")]
    [InlineData("killed by signal 9", "killed by signal 11")]
    [InlineData("workunit rbd/import_export.sh failed", "workunit rbd/copy.sh failed")]
    [InlineData("osd.1 crashed", "mon.a crashed")]
    public void Normalize_DifferentFailures_StayDifferent(string one, string other) =>
        Assert.NotEqual(FailureText.Normalize(one), FailureText.Normalize(other));

    [Fact]
    public void Normalize_LongHostileText_IsBounded()
    {
        var text = FailureText.Normalize(string.Concat(Enumerable.Repeat("a1.", 100_000)) + "<script>");

        Assert.InRange(text.Length, 1, FailureText.Longest);
    }

    [Fact]
    public void Of_SameReasonAnotherSign_IsAnotherFingerprint()
    {
        var one = Fingerprint.Of("failed with status 1", "FAILED ceph_assert(a)");

        Assert.NotEqual(one.Id, Fingerprint.Of("failed with status 1", "FAILED ceph_assert(b)").Id);
        Assert.Equal(one.Id, Fingerprint.Of("failed  with status 1\n", "FAILED ceph_assert(a)").Id);
        Assert.Equal(12, one.Id.Length);
    }

    [Fact]
    public void Of_NoReason_SaysSo() => Assert.Equal("no reason was given", Fingerprint.Of(" ", null).Reason);
}
