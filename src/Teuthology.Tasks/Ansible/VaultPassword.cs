namespace Teuthology.Tasks;

/// <summary>
/// The password file of ansible-vault that the ansible.cfg of upstream's lab repository names. Most playbooks need no secret, but ansible wants the file to
/// be there and not empty.
/// </summary>
public static class VaultPassword
{
    /// <summary>Writes upstream's word into <c>.vault_pass.txt</c>, mode 0600; a file that is there is left alone.</summary>
    /// <param name="home">Directory that the file belongs into.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Ensure(string home)
    {
        var path = Path.Combine(home, ".vault_pass.txt");
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write("foo"u8);
        }
        catch (IOException) when (File.Exists(path))
        {
            // It is there, or another job was faster.
        }
    }
}
