using Microsoft.Extensions.Logging;
using Teuthology.Jobs;

namespace MyLab.Tests.Tasks;

/// <summary><c>mylab.mail</c>: puts letters into a mailbox on a machine; the mailbox is there for the tasks after this one.</summary>
/// <param name="dictionary">This project's own service.</param>
[Task("mylab.mail")]
public sealed class MailTask(Dictionary dictionary) : JobTask<MailOptions>
{
    protected override async Task RunAsync(TaskRun run, MailOptions options, CancellationToken cancellationToken)
    {
        var remote = run.Job.Cluster.Single(options.To);
        var mailbox = run.Use(await Mailbox.OpenAsync(remote, $"{run.Job.TestDirectory}/mailbox", run.Log, cancellationToken));
        for (var i = 0; i < options.Letters; i++)
        {
            await mailbox.PutAsync(i, $"{dictionary.Greeting(options.Language)}, {options.To}", cancellationToken);
            await Task.Delay(options.Pause, cancellationToken);
        }

        run.Log.LogInformation("{Count} letters for {To}", options.Letters, options.To);
    }
}
