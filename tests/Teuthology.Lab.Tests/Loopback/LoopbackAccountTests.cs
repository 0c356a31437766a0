namespace Teuthology.Lab.Tests;

public sealed class LoopbackAccountTests
{
    private static readonly string[] s_passwd = ["root:x:0:0:root:/root:/bin/bash", "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin", "ftp:x:9:9::/srv:/bin/false", "short:x"];

    [Theory]
    [InlineData("nobody", "/usr/sbin/nologin")]
    [InlineData("ftp", "/bin/false")]
    public void Remedy_AccountWithoutShell_NamesAccountAndShell(string user, string shell) =>
        Assert.StartsWith($"the account {user} cannot log in over SSH, its shell is {shell}: ", LoopbackAccount.Remedy(s_passwd, user), StringComparison.Ordinal);

    [Theory]
    [InlineData("root")]
    [InlineData("short")]
    [InlineData("of a directory service")]
    public void Remedy_AccountWithShellOrNotListed_IsNone(string user) => Assert.Null(LoopbackAccount.Remedy(s_passwd, user));
}
