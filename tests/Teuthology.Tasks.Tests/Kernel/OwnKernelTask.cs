using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Lets machines of the root lab look as if they had a kernel of their own: by role, the variables of <c>own-kernel.sh</c> and files for <c>/pc</c>.</summary>
[Task("test.own_kernel")]
public sealed class OwnKernelTask : IJobTask
{
    private static readonly YamlMap Defaults = new()
    {
        ["OS"] = "centos", ["VERSION"] = "9", ["RUNNING"] = "4.0.0-1.x86_64", ["KIND"] = "grubby", ["CFG"] = "/boot/grub2/grub.cfg", ["EFI"] = "no", ["INITRD"] = "mkinitrd",
    };

    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, value) in run.Map())
        {
            var own = (YamlMap)value!;
            var remote = run.Job.Cluster.Remotes.Single(r => run.Job.Cluster.RolesOf(r).Contains((string)role));
            var variables = (YamlMap)DeepMerge.Merge(DeepMerge.Merge(new YamlMap(), Defaults), own)!;
            variables.Remove("files", out _);
            var script = string.Concat(variables.Select(v => $"{v.Key}={ShellQuote.Quote($"{v.Value}")}\n"))
                + await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Kernel", "own-kernel.sh"), cancellationToken)
                + string.Concat((own.Get("files") as YamlMap ?? []).Select(f => $"printf '%s\\n' {ShellQuote.Quote($"{f.Value}")} >/pc/{f.Key}\n"));
            await remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = "own kernel", Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);
            remote.Facts.Forget();
        }
    }
}
