namespace Teuthology.Lab;

/// <summary>Whether sshd gives the account that we run as a shell, see passwd(5) and nologin(8).</summary>
internal static class LoopbackAccount
{
    /// <summary>What to do about it; null when the account can log in, or when passwd does not list it (a directory service may).</summary>
    public static string? Remedy(IEnumerable<string> passwd, string user)
    {
        var shell = passwd.Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length == 7 && fields[0] == user)?[6];
        return shell is not null && Path.GetFileName(shell) is "nologin" or "false"
            ? $"the account {user} cannot log in over SSH, its shell is {shell}: run as another account, or give it a shell with: sudo chsh -s /bin/sh {user}"
            : null;
    }

    /// <summary>The same, of the account that this process runs as.</summary>
    public static string? Remedy() => Remedy(File.ReadLines("/etc/passwd"), Environment.UserName);
}
