using Microsoft.Extensions.Time.Testing;

namespace Teuthology.Cli.Tests;

public sealed class HoldEndTests
{
    // A Sunday noon in a zone two hours before UTC's noon
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public HoldEndTests() => _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(2), "here", "here"));

    [Theory]
    [InlineData("4h", "2026-11-22T14:00")]
    [InlineData("90m", "2026-11-22T11:30")]
    [InlineData("1d12h", "2026-11-23T22:00")]
    [InlineData("2 days", "2026-11-24T10:00")]
    [InlineData("18:00", "2026-11-22T16:00")]
    [InlineData("9:00", "2026-11-23T07:00")]
    [InlineData("tomorrow", "2026-11-23T22:00")]
    [InlineData("Tomorrow 18:00", "2026-11-23T16:00")]
    [InlineData("today 23:30", "2026-11-22T21:30")]
    [InlineData("sunday 18:00", "2026-11-29T16:00")]
    [InlineData("fri 9:00", "2026-11-27T07:00")]
    [InlineData("2026-12-01", "2026-12-01T22:00")]
    [InlineData("2026-12-01 08:00", "2026-12-01T06:00")]
    [InlineData("2026-12-01T08:00Z", "2026-12-01T08:00")]
    [InlineData("2026-12-01T08:00+05:00", "2026-12-01T03:00")]
    public void Parse_WhatPeopleSay_IsThatTime(string text, string utc) =>
        Assert.Equal(DateTimeOffset.Parse($"{utc}Z", null), HoldEnd.Parse(text, _time).ToUniversalTime());

    [Theory]
    [InlineData("", "a time is")]
    [InlineData("soon", "a time is")]
    [InlineData("4", "a time is")]
    [InlineData("25:00", "a time is")]
    [InlineData("tomorrow 6 pm", "a time is")]
    [InlineData("2026-13-01", "a time is")]
    [InlineData("2026-11-21", "that is over")]
    [InlineData("today 11:00", "that is over")]
    [InlineData("0h", "that is over")]
    public void Parse_AnythingElse_IsRefused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<ConfigurationException>(() => HoldEnd.Parse(text, _time)).Message, StringComparison.Ordinal);
}
