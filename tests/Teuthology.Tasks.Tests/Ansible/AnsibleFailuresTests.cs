namespace Teuthology.Tasks.Tests;

public sealed class AnsibleFailuresTests
{
    [Theory]
    [InlineData("n1: {msg: 'disk full'}", "disk full")]
    [InlineData("n1: {msg: 'two\n\nlines'}", "lines|two")]
    [InlineData("n1: {stderr_lines: ['W: a warning', 'E: wrong', 'Did you mean that?', '@@@@@@'], msg: not this}", "E: wrong")]
    [InlineData("n1: {stderr_lines: ['Warning: Permanently added n1 (ED25519) to the list of known hosts.', 'x'], err: 'fatal'}", "fatal|x")]
    [InlineData("n1: {msg: 'Err:1 http://a.b Connection timed out [IP: 1.2.3.4 80]'}", "Connection timed out")]
    [InlineData("n1: {msg: 'E: Unable to connect to a.b:http: then more'}", "Unable to connect to a.b:http:")]
    [InlineData("n1: {msg: 'x: Temporary failure resolving a.b at once'}", "Temporary failure resolving a.b")]
    [InlineData("n1: {msg: \"Permissions 0644 for '/k' are too open. Sorry\"}", "Permissions 0644 for '/k' are too open.")]
    [InlineData("n1: {msg: 'Failed to fetch http://a.b/c/d_1.deb  404 [IP: 1.2.3.4 80]'}", "Failed to fetch <package>  404 ")]
    [InlineData("n1: {cmd: 'cpanm Amazon::S3', stderr_lines: [a, b]}", "CPAN command failed: cpanm Amazon::S3")]
    [InlineData("n1: {cmd: [cpan, X]}", "CPAN command failed: cpan X")]
    [InlineData("n1: {results: [{msg: a}, {msg: b}]}\nn2: {msg: a}", "a|b")]
    [InlineData("n1: text", "")]
    [InlineData("", "")]
    public void Analyze_Log_GivesTheLinesThatTellWhy(string log, string expected) =>
        Assert.Equal(expected, string.Join('|', AnsibleFailures.Analyze(log)));
}
