namespace Teuthology.Lab.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("1048576", 1048576)]
    [InlineData("512M", 512L << 20)]
    [InlineData("1.5G", 3L << 29)]
    [InlineData("20 GiB", 20L << 30)]
    [InlineData("10GB", 10_000_000_000)]
    [InlineData("3kB", 3000)]
    [InlineData(" 2k ", 2048)]
    [InlineData("7B", 7)]
    public void TryParse_WhatDownburstReads_GivesTheBytes(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("10 gigs")]
    [InlineData("-1G")]
    [InlineData("0")]
    [InlineData("1.2.3M")]
    [InlineData("99999999999YB")]
    [InlineData(null)]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(ByteSize.TryParse(text, out _));
}
