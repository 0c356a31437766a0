using System.Security.Cryptography;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A user of object gateways whom tests act as; goes when the job unwinds, with all that is theirs.</summary>
/// <param name="Id">Name, before a dollar sign that of the tenant.</param>
/// <param name="AccessKey">What the user calls itself in requests.</param>
/// <param name="SecretKey">What it signs them with.</param>
internal sealed record GatewayUser(string Id, string AccessKey, string SecretKey)
{
    /// <summary>How people call it.</summary>
    public string DisplayName => $"Mr. {Id}";

    /// <summary>Its address.</summary>
    public string Email => $"{Id}+test@test.test";

    /// <summary>Number of the device that makes its one-time passwords.</summary>
    public string TotpSerial { get; } = RandomNumberGenerator.GetString("0123456789", 10);

    /// <summary>Seed of those passwords, base32.</summary>
    public string TotpSeed { get; } = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 64);

    /// <summary>One with keys that nobody else has.</summary>
    public static GatewayUser Named(string id) =>
        new(id, RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 20), Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)));

    /// <summary>Makes it.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The machine of the client.</param>
    /// <param name="role">The client.</param>
    /// <param name="options">Further options of <c>user create</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CreateAsync(TaskRun run, Remote remote, string role, IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        run.Defer($"remove user {Id}", (_, ct) => AdminAsync(run, remote, role, ["user", "rm", "--uid", Id, "--purge-data"], ct));
        await AdminAsync(run, remote, role, ["user", "create", "--uid", Id, "--display-name", DisplayName, "--access-key", AccessKey, "--secret", SecretKey, "--email", Email, .. options], cancellationToken);
    }

    /// <summary>Gives it one-time passwords.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The machine of the client.</param>
    /// <param name="role">The client.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task AddPasswordsAsync(TaskRun run, Remote remote, string role, CancellationToken cancellationToken) => AdminAsync(
        run, remote, role, ["mfa", "create", "--uid", Id, "--totp-serial", TotpSerial, "--totp-seed", TotpSeed, "--totp-seconds", "5", "--totp-window", "8", "--totp-seed-type", "base32"], cancellationToken);

    /// <summary>Lets it do what others may not.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The machine of the client.</param>
    /// <param name="role">The client.</param>
    /// <param name="caps">E.g. <c>roles=*</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task AllowAsync(TaskRun run, Remote remote, string role, string caps, CancellationToken cancellationToken) =>
        AdminAsync(run, remote, role, ["caps", "add", "--uid", Id, "--caps", caps], cancellationToken);

    private static Task AdminAsync(TaskRun run, Remote remote, string role, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var client = Role.Split(role);
        var cluster = run.Job.Shared<CephClusters>().Find(client.Cluster);
        return remote.RunAsync(cluster.Program(remote, ["radosgw-admin", "-n", client.Daemon, "--cluster", cluster.Name, .. words]) with { Label = $"radosgw-admin {words[0]} {words[1]}", Quiet = true }, cancellationToken);
    }
}
