using Teuthology.Jobs;

namespace Teuthology.Interactive;

/// <summary>What the prompt says of itself.</summary>
internal static class PromptTexts
{
    /// <summary>The first lines; after a failure, what failed.</summary>
    public static string Banner(JobPause pause)
    {
        const string banner = "Ceph test interactive mode, use ctx to interact with the cluster, press control-D to exit...";
        var failure = pause.Failure is null ? "" : $"Task {pause.Task} failed: {pause.Failure.Message.TrimEnd()}\n";
        return $"{failure}{banner}\nMachines: {pause.Job.Cluster}\nC# with tab completion; `help` tells what there is.";
    }

    /// <summary>What <c>help</c> answers.</summary>
    public static string Help(JobContext job) =>
        $"""
        ctx                                   the job: ctx.Cluster, ctx.Config, ctx.Summary, ctx.ArchivePath, ctx.Daemons, ...
        config, error                         configuration of the task that stopped here; what the job failed of
        sh("{Role(job)}", "ls /var/log")            runs a script, shows its output, gives it; also all, a machine's name, a Remote, a Cluster
        sh("{Role(job)}", "id -u", sudo: true)      as root
        var text = await sh("{Role(job)}", "...")   keeps the output
        sh(ctx.Cluster.Only("{Role(job)}"), "...")  on the machines with a role, all at once
        run("{Role(job)}", "ls", "-l", "a b")       runs a program with arguments as they are, gives its status and output
        upload("{Role(job)}", "here", "/tmp/there")  copies a file to the machine; download("{Role(job)}", "/etc/hosts", "here") to here
        pp(ctx.Config)                        shows a value in full
        await ctx.Cluster.Single("{Role(job)}").ShAsync("true", ct)   everything else of the library; ct is what Ctrl-C cancels
        Tab completes, Up and Down and Ctrl-R look into the history, Alt-Enter begins a new line.
        Ctrl-C cancels what runs or clears the line; Ctrl-D goes on with the job.
        """;

    private static string Role(JobContext job) => job.Cluster.AllRoles.FirstOrDefault() ?? "mon.0";
}
