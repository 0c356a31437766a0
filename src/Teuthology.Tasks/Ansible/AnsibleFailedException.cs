namespace Teuthology.Tasks;

/// <summary>A playbook failed on a machine.</summary>
/// <param name="kind">Infrastructure for the lab's own playbooks, else Test.</param>
/// <param name="failures">What failed, a line each.</param>
public sealed class AnsibleFailedException(FailureKind kind, IReadOnlyList<string> failures)
    : TeuthologyException(kind, $"ansible-playbook failed: {string.Join("; ", failures)}")
{
    /// <summary>The failures: playbooks fail for many reasons at the same place.</summary>
    public override IReadOnlyList<string> Fingerprint { get; } = failures;
}
