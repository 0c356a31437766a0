namespace Teuthology.Lab;

/// <summary>Keys of virtual machines: the controller's, which opens them, and the host keys that they get.</summary>
/// <param name="directory">Where they are kept.</param>
/// <param name="site">A key of the site's own, instead of one made here.</param>
internal sealed class GuestKeys(string directory, SiteConfig site)
{
    /// <summary>Private key that opens the machines.</summary>
    public string IdentityFile => site.SshKey ?? Path.Combine(directory, "id_ed25519");

    /// <summary>Its public key; made when there is none yet.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the site's key cannot be read.</exception>
    public async Task<string> PublicAsync(CancellationToken cancellationToken)
    {
        if (site.SshKey is { } key)
            return (await ToolRun.RunAsync("ssh-keygen", ["-y", "-P", "", "-f", key], cancellationToken)).Trim();
        Directory.CreateDirectory(directory);
        using var held = await FileLock.TakeAsync(Path.Combine(directory, "keys.lock"), null, cancellationToken);
        if (!File.Exists($"{IdentityFile}.pub"))
            await MakeAsync(IdentityFile, "teuthology", cancellationToken);
        return (await File.ReadAllTextAsync($"{IdentityFile}.pub", cancellationToken)).Trim();
    }

    /// <summary>Host key of a machine, <c>type base64</c>; null when it has none.</summary>
    /// <param name="machine">Its name.</param>
    public string? HostKeyOf(string machine) => File.Exists($"{FileOf(machine)}.pub") ? string.Join(' ', File.ReadAllText($"{FileOf(machine)}.pub").Split(' ').Take(2)).Trim() : null;

    /// <summary>Gives a machine its host key.</summary>
    /// <param name="machine">Its name.</param>
    /// <param name="keep">Whether it may be the one of before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Private and public key.</returns>
    public async Task<(string Private, string Public)> HostKeyAsync(string machine, bool keep, CancellationToken cancellationToken)
    {
        var file = FileOf(machine);
        if (!keep || !File.Exists($"{file}.pub"))
        {
            Remove(machine);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await MakeAsync(file, $"root@{machine}", cancellationToken);
        }

        return (await File.ReadAllTextAsync(file, cancellationToken), (await File.ReadAllTextAsync($"{file}.pub", cancellationToken)).Trim());
    }

    /// <summary>Forgets a machine's host key.</summary>
    public void Remove(string machine)
    {
        if (!Directory.Exists(Path.GetDirectoryName(FileOf(machine))))
            return;
        File.Delete(FileOf(machine));
        File.Delete($"{FileOf(machine)}.pub");
    }

    private string FileOf(string machine) => Path.Combine(directory, "host-keys", machine);

    private static Task MakeAsync(string file, string comment, CancellationToken cancellationToken) =>
        ToolRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file], cancellationToken);
}
