using System.Text;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.setup_container_registry</c>: logs the machines in to a registry of images, by podman, on version 7 by docker; out again at the end.</summary>
internal sealed class SetupContainerRegistryTask(RedHatSection section) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (section.Registry is not { } registry)
            return Task.CompletedTask;
        var (name, password) = section.RegistryLogin();
        return run.OnEachAsync(
            _ => true,
            async (remote, os, ct) =>
            {
                var tool = os.Version.StartsWith('7') ? "docker" : "podman";
                await remote.RunAsync(RemoteCommand.Args(tool, "login", registry, "--username", name, "--password-stdin") with { Sudo = true, Stdin = Encoding.UTF8.GetBytes(password) }, ct);
                run.Defer($"log {remote.ShortName} out of {registry}", (_, end) => remote.RunAsync(RemoteCommand.Args(tool, "logout", registry) with { Sudo = true, CheckStatus = false }, end));
            },
            cancellationToken);
    }
}
