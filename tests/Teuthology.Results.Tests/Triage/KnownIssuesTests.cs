using Microsoft.Extensions.Time.Testing;

namespace Teuthology.Results.Tests;

public sealed class KnownIssuesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 23, 0, 0, TimeSpan.Zero));

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("{reason: 'FAILED ceph_assert'}", true)]
    [InlineData("{reason: 'status 1\\b', description: '^rbd/'}", true)]
    [InlineData("{reason: 'status 1\\b', description: '^rados/'}", false)]
    [InlineData("{fingerprint: '000000000000'}", false)]
    public void Find_WhatItMustMatch_DecidesTogether(string match, bool known)
    {
        var issues = Load($"issues:\n- {{name: it, owner: me, until: 2026-11-22, match: {match}}}\n");

        Assert.Equal(known, issues.Find(Fingerprint.Of("failed with status 1", "x.cc: #: FAILED ceph_assert(a)"), Job("failed with status 1")) is not null);
    }

    [Fact]
    public void Find_AfterItsLastDay_IsNoLongerKnown()
    {
        const string text = "issues:\n- {name: it, owner: me, until: 2026-11-22, match: {reason: x}}\n";
        Assert.NotNull(Load(text).Find(Fingerprint.Of("x", null), Job("x")));
        _time.Advance(TimeSpan.FromHours(2));

        var issues = Load(text);

        Assert.Null(issues.Find(Fingerprint.Of("x", null), Job("x")));
        Assert.Single(issues.Expired);
        Assert.Equal("it", issues.FindExpired(Fingerprint.Of("x", null), Job("x"))?.Name);
        Assert.Null(issues.FindExpired(Fingerprint.Of("y", null), Job("y")));
        Assert.Equal("it", Assert.Single(FailureGroup.Of([Job("x")], _ => [], issues)).Expired?.Name);
    }

    [Fact]
    public void FindExpired_SomethingElseIsKnown_IsNothing()
    {
        var issues = Load("issues:\n- {name: old, owner: me, until: 2026-11-01, match: {reason: x}}\n- {name: new, owner: me, until: 2026-12-01, match: {reason: x}}\n");

        Assert.Equal("new", issues.Find(Fingerprint.Of("x", null), Job("x"))?.Name);
        Assert.Null(issues.FindExpired(Fingerprint.Of("x", null), Job("x")));
    }

    [Theory]
    [InlineData("[a]", ":1:1: this must be a mapping")]
    [InlineData("isues: []", ":1:1: the file has no key 'isues'")]
    [InlineData("issues: {}", ":1:1: 'issues' must be a list")]
    [InlineData("issues:\n- text", ":2:3: an issue must be a mapping")]
    [InlineData("issues:\n- {name: a, owner: b, until: 2026-01-01}", "'match' must be a mapping")]
    [InlineData("issues:\n- {name: a, owner: b, until: 2026-01-01, match: {}}", ":2:42: an empty 'match'")]
    [InlineData("issues:\n- {name: a, owner: b, until: soon, match: {reason: x}}", ":2:23: 'until' must be the last day")]
    [InlineData("issues:\n- name: a\n  owner: b\n  until: 2026-01-01\n  match: {reason: '('}", ":5:11: 'reason' is no regular expression")]
    [InlineData("issues:\n- {name: a, until: 2026-01-01, match: {reason: x}}", "'owner' must be a text")]
    [InlineData("issues:\n- {name: a, owner: b, until: 2026-01-01, link: 'javascript:alert(1)', match: {reason: x}}", "'link' must begin with http")]
    [InlineData("issues:\n- {name: a, owner: b, until: 2026-01-01, match: {fingerprint: 12}}", "'fingerprint' has 12 hexadecimal digits")]
    [InlineData("issues: [", "")]
    public void Load_Mistake_IsToldWithItsPlace(string text, string expected)
    {
        var mistake = Assert.Throws<ConfigurationException>(() => Load(text));

        Assert.StartsWith(_file, mistake.Message, StringComparison.Ordinal);
        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyFile_KnowsNothing() => Assert.Empty(Load("").All);

    private static JobSummary Job(string reason) => new() { RunName = "r", JobId = "1", Status = "fail", Description = "rbd/{a}", FailureReason = reason };

    private KnownIssues Load(string text)
    {
        File.WriteAllText(_file, text);
        return KnownIssues.Load(_file, _time);
    }
}
