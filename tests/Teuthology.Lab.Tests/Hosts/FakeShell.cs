namespace Teuthology.Lab.Tests;

/// <summary>A host's shell that answers what a test says.</summary>
internal sealed class FakeShell : IMachineShell
{
    public List<string> Commands { get; } = [];

    public string? HostKey { get; set; } = "ssh-ed25519 NEW";

    public Func<string, (int Status, string Output)> Answer { get; set; } = _ => (0, "os ubuntu\nversion 22.04\nname Ubuntu\narch x86_64\nroot yes\nsystemd yes\npackages yes\n");

    public Task<(int Status, string Output, string Errors)> RunAsync(Machine machine, string command, TimeSpan patience, CancellationToken cancellationToken)
    {
        Commands.Add(command);
        var (status, output) = Answer(command);
        return Task.FromResult((status, output, status == 0 ? "" : "no"));
    }

    public Task<string?> HostKeyAsync(Machine machine, CancellationToken cancellationToken) => Task.FromResult(HostKey);
}
