using System.Globalization;

namespace Teuthology.Lab;

/// <summary>What OpenSSH's own configuration says about a host, asked of <c>ssh -G</c>; its defaults where there is no ssh.</summary>
internal sealed record SshClientConfig
{
    private static readonly string[] KeyTypes = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

    /// <summary>Name or address to connect to.</summary>
    public required string HostName { get; init; }

    public int Port { get; init; } = 22;

    /// <summary>Private keys, the first choice first.</summary>
    public IReadOnlyList<string> IdentityFiles { get; init; } = [];

    /// <summary>Files of known hosts, the user's first.</summary>
    public IReadOnlyList<string> KnownHosts { get; init; } = [];

    /// <summary>Asks about a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="file">The configuration to read; null for ssh's own choice.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SshClientConfig> ReadAsync(Target target, string? file, CancellationToken cancellationToken)
    {
        if (ToolRun.Find("ssh") is not { } ssh)
            return new SshClientConfig { HostName = target.Host, IdentityFiles = ["~/.ssh/id_ed25519", "~/.ssh/id_rsa"], KnownHosts = ["~/.ssh/known_hosts"] };
        var lines = (await ToolRun.RunAsync(ssh, [.. file is null ? [] : new[] { "-F", file }, "-G", "-l", target.User, "--", target.Host], cancellationToken)).Split('\n');
        var words = lines.Select(line => line.Split(' ', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return new SshClientConfig
        {
            HostName = words["hostname"].FirstOrDefault() ?? target.Host,
            Port = int.TryParse(words["port"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 22,
            IdentityFiles = [.. words["identityfile"]],
            KnownHosts = [.. words["userknownhostsfile"].Concat(words["globalknownhostsfile"]).SelectMany(files => files.Split(' '))],
        };
    }

    /// <summary>The first private key that is there; when none is, the first choice, for the error text.</summary>
    public string IdentityFile() => IdentityFiles.Select(InHome).FirstOrDefault(File.Exists) ?? IdentityFiles.Select(InHome).FirstOrDefault() ?? InHome("~/.ssh/id_ed25519");

    /// <summary>The host's key as known_hosts has it, the strongest type first; null when it is not known.</summary>
    public async Task<string?> KnownKeyAsync(Target target, CancellationToken cancellationToken)
    {
        if (ToolRun.Find("ssh-keygen") is not { } keygen)
            return null;
        var keys = new List<string>();
        foreach (var file in KnownHosts.Select(InHome).Where(File.Exists))
        {
            foreach (var name in new[] { target.Host, HostName }.Distinct().Select(name => Port == 22 ? name : $"[{name}]:{Port.ToString(CultureInfo.InvariantCulture)}"))
                keys.AddRange(await FindAsync(keygen, file, name, cancellationToken));
        }

        return keys.OrderBy(key => Array.IndexOf(KeyTypes, key.Split(' ')[0]) is var place and >= 0 ? place : KeyTypes.Length).FirstOrDefault();
    }

    // Exit status 1 says only that the host is not in the file.
    private static async Task<IEnumerable<string>> FindAsync(string keygen, string file, string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = await ToolRun.RunAsync(keygen, ["-F", name, "-f", file], cancellationToken);
            return found.Split('\n').Where(line => line.Length > 0 && line[0] is not ('#' or '@')).Select(line => line.Split(' ')).Where(words => words.Length >= 3).Select(words => $"{words[1]} {words[2]}");
        }
        catch (TeuthologyException)
        {
            return [];
        }
    }

    private static string InHome(string path) => path is ['~', '/', .. var rest]
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), rest)
        : path;
}
