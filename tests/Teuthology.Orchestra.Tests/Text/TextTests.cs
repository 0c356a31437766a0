using System.Diagnostics;
using CsCheck;

namespace Teuthology.Orchestra.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("", "''")]
    [InlineData("plain-1.0/_@%+=:,", "plain-1.0/_@%+=:,")]
    [InlineData("it's", "'it'\"'\"'s'")]
    [InlineData("a b", "'a b'")]
    [InlineData("ä", "'ä'")]
    public void Quote_IsUpstreams(string text, string quoted) => Assert.Equal(quoted, ShellQuote.Quote(text));

    [Fact]
    public void Join_AnyWords_AShellReadsThemBack() =>
        Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 20].Array[1, 200].Sample(
            words =>
            {
                var start = new ProcessStartInfo("/bin/sh", ["-c", $"printf '%s\\0' {ShellQuote.Join(words)}"]) { RedirectStandardOutput = true, UseShellExecute = false };
                using var shell = Process.Start(start)!;
                Assert.Equal(words, shell.StandardOutput.ReadToEnd().Split('\0')[..^1]);
            },
            iter: 20,
            threads: 1);

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("it's \"so\"", "'it\\'s \"so\"'")]
    [InlineData("\"so\"", "'\"so\"'")]
    [InlineData("a\nb\tc\\d\r", "'a\\nb\\tc\\\\d\\r'")]
    [InlineData("\u0001\u007f\u00a0", "'\\x01\\x7f\\xa0'")]
    [InlineData("ä€😀", "'ä€😀'")]
    [InlineData("\u200b\ufeff", "'\\u200b\\ufeff'")]
    public void Of_IsPythonsRepr(string text, string repr) => Assert.Equal(repr, PythonRepr.Of(text));
}
