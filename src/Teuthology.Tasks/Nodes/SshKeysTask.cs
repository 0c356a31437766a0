using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ssh_keys</c>: lets the machines log in to each other: one RSA key of 2048 bits for all of them, which ssh uses without asking about host keys.
/// What was in <c>~/.ssh</c> before is put back when the job unwinds.
/// </summary>
[Task("ssh_keys")]
public sealed class SshKeysTask : ICheckedTask
{
    private const string Enter = """
        set -e
        umask 077
        mkdir -p ~/.ssh
        cd ~/.ssh
        mkdir .before-keys
        for f in id_rsa id_rsa.pub config authorized_keys; do [ ! -e "$f" ] || cp -a "$f" .before-keys/; done
        cat >id_rsa
        chmod 0500 id_rsa
        echo "$1" >id_rsa.pub
        printf '\n%s\n' "$2" >>authorized_keys
        printf 'StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\n' >config
        """;

    private const string Leave = """
        cd ~/.ssh && [ -d .before-keys ] || exit 0
        for f in id_rsa id_rsa.pub config authorized_keys; do
            if [ -e ".before-keys/$f" ]; then mv -f ".before-keys/$f" "$f"; else rm -f "$f"; fi
        done
        rm -rf .before-keys
        """;

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.Map().Count > 0)
            throw run.Wrong("it takes no configuration");
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        Check(run);
        using var key = RSA.Create(2048);
        var secret = Encoding.ASCII.GetBytes(key.ExportRSAPrivateKeyPem() + "\n");
        var known = $"ssh-rsa {PublicBlob(key.ExportParameters(includePrivateParameters: false))}";
        TasksLog.Text(run.Log, $"generated public key {known["ssh-rsa ".Length..]}");
        var everybody = string.Join("\n\n", run.Job.Cluster.Remotes.Select(r => $"{known} ssh-keys-user@{r.HostName}"));
        await InParallel.ForEachAsync(
            run.Job.Cluster.Remotes,
            (remote, ct) =>
            {
                run.Defer($"take the keys from {remote.ShortName}", (_, end) => remote.RunAsync(RemoteCommand.Script(Leave) with { Label = "take the keys away" }, end));
                TasksLog.Text(run.Log, $"pushing keys to {remote.HostName} for {remote.User}");
                return remote.RunAsync(RemoteCommand.Args("sh", "-c", Enter, "sh", $"{known} {remote.Name}", everybody) with { Stdin = secret, Label = "push the keys" }, ct);
            },
            cancellationToken);
    }

    // RFC 4253 6.6: the name of the kind, then exponent and modulus as mpint (RFC 4251 5), each with its length in front.
    private static string PublicBlob(RSAParameters key)
    {
        using var blob = new MemoryStream();
        var length = new byte[4];
        foreach (var part in new[] { Encoding.ASCII.GetBytes("ssh-rsa"), Positive(key.Exponent!), Positive(key.Modulus!) })
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            blob.Write(length);
            blob.Write(part);
        }

        return Convert.ToBase64String(blob.ToArray());
    }

    private static byte[] Positive(byte[] number) => (number[0] & 0x80) == 0 ? number : [0, .. number];
}
