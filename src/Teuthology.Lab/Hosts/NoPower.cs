namespace Teuthology.Lab;

/// <summary>Where nobody can switch hosts.</summary>
internal sealed class NoPower : IMachinePower
{
    public Task SetAsync(string host, bool on, CancellationToken cancellationToken) =>
        throw new TeuthologyException(FailureKind.Infrastructure, $"{host} cannot be switched {(on ? "on" : "off")}: this program has no power control");
}
