using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.coredump</c>: core dumps come to <c>archive/coredump/</c>; one that is there at the end fails the job. core_pattern belongs to
/// the kernel: machines with a kernel of their own get it set. On machines that share the controller's kernel the pattern is left alone, and
/// what was dumped by it, into a process's working directory or a directory of the machine, is gathered at the end.
/// </summary>
internal sealed class CoredumpTask : IJobTask
{
    private const string Setting = "/etc/sysctl.d/90-teuthology-coredump.conf";

    // Cores are told by their ELF type (4, elf(5)), as other files are named core too; those of systemd-sysusers are harmless (upstream).
    private const string Gather = """
        d=$1; own=$2; inside=$3; setting=$4
        if [ "$own" = 1 ]; then
          rm -f "$setting"; sysctl -q -w kernel.core_pattern=core
        else
          find "$inside" -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /usr -o -path /boot -o -path /etc -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path "$d" \) -prune \
            -o -type f -newer "$d" \( -name 'core' -o -name 'core.*' -o -name '*.core' \) -exec sh -c '
              d=$1; shift
              for f; do
                [ "$(od -An -j16 -N1 -tu1 "$f" | tr -d " ")" = 4 ] && [ "$(head -c 4 "$f" | tail -c 3)" = ELF ] || continue
                p=${f##*/}; p=$(echo "$p" | tr -dc 0-9); n=0
                while [ -e "$d/$(stat -c %Y "$f").${p:-$n}.core" ]; do n=$((n+1)); p=$n; done
                mv -f "$f" "$d/$(stat -c %Y "$f").${p:-$n}.core"
              done' sh "$d" {} +
        fi
        for f in "$d"/*.core; do
          [ -e "$f" ] && command -v file >/dev/null && file "$f" | grep -q systemd-sysusers && rm -f "$f"
        done
        chmod -R a+rX "$d"
        rmdir --ignore-fail-on-non-empty -- "$d"
        ls -- "$d" 2>/dev/null || true
        """;

    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var facts = job.Shared<HostFacts>();
        var directory = job.RemoteArchive + "/coredump";
        var own = facts.Where(job.Cluster, f => f.OwnKernel && f.Sudo);
        var shared = facts.Where(job.Cluster, f => !f.OwnKernel && !f.SharesOurRoot && f.Sudo && f.Features.HasFlag(LabFeatures.OwnRoot) && !f.CorePattern.StartsWith('|'));
        foreach (var remote in job.Cluster.Remotes.Except(own).Except(shared))
            JobLog.Note(run.Log, $"no core dumps are collected of {remote.ShortName}: its kernel is not its own (core_pattern '{facts[remote].CorePattern}')");

        await InParallel.ForEachAsync(
            own.Concat(shared),
            async (remote, ct) =>
            {
                var isOwn = own.Contains(remote);
                run.Defer($"look for core dumps on {remote.ShortName}", (_, end) => LookAsync(run, remote, directory, isOwn, facts[remote].CorePattern, end));
                var set = $"echo kernel.core_pattern={directory}/%t.%p.core > {Setting} && sysctl -p {Setting}";
                await remote.RunAsync(
                    RemoteCommand.Script($"install -d -m0777 -- {directory}{(isOwn ? " && " + set : "")}") with { Sudo = isOwn, Label = "make the directory of core dumps" },
                    ct);
            },
            cancellationToken);
    }

    private static async Task LookAsync(TaskRun run, Remote remote, string directory, bool own, string pattern, CancellationToken cancellationToken)
    {
        var inside = pattern.StartsWith('/') ? Path.GetDirectoryName(pattern)! : "/";
        var result = await remote.RunAsync(
            RemoteCommand.Args("sh", "-c", Gather, "sh", directory, own ? "1" : "0", inside, Setting) with { Sudo = true, Label = "look for core dumps" },
            cancellationToken);
        if (result.Stdout.Trim() is not { Length: > 0 } cores)
            return;
        JobLog.Warn(run.Log, $"Found coredumps on {remote.Name}, flagging run as failed");
        run.Job.Failures.Add(run.Name, $"Found coredumps on {remote.Name}: {cores.ReplaceLineEndings(", ")}");
    }
}
