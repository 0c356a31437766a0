using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <inheritdoc/>
/// <param name="lab">Where machines come from.</param>
/// <param name="tasks">The tasks that jobs can name.</param>
/// <param name="options">Settings.</param>
/// <param name="services">Gives tasks what their constructors ask for.</param>
/// <param name="time">Clock.</param>
public sealed class JobEngine(ILab lab, ITaskCatalog tasks, JobOptions options, IServiceProvider services, TimeProvider time) : IJobEngine
{
    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The job is wrong; nothing was opened or locked.</exception>
    /// <exception cref="TeuthologyException">The machines could not be had; the job is archived as dead.</exception>
    public async Task<IJobSession> StartAsync(JobSpec job, IJobObserver? observer, CancellationToken cancellationToken)
    {
        var plan = JobCheck.Plan(job.Config, tasks, services.GetService<IServiceProviderIsService>());
        LabFit.RequirePossible(plan, job.Config);
        var features = LabFeatures.None;
        if (plan.Roles.Count > 0)
        {
            var offer = await lab.DescribeAsync(cancellationToken);
            if (LabFit.Obstacle(plan, offer, job.Config) is { } reason)
                return new SkippedSession(job, reason, observer);
            features = offer.Features;
        }

        var owner = job.Owner ?? $"{Environment.UserName}@{Environment.MachineName}";
        var archive = JobArchive.Open(options.ArchiveDirectory, job, owner, options.LogLevel, time);
        var journal = new ArchiveJournal(job, archive, new JobTrace(job, owner), observer, time);
        journal.Opened(owner, plan.Roles.Count);
        var context = new JobContext
        {
            Spec = job,
            Config = (YamlMap)YamlCopy.DeepCopy(job.Config)!,
            Services = services,
            Loggers = new JobLoggers(archive, journal),
            ArchivePath = archive.Directory,
            Owner = owner,
            Time = time,
            Options = options,
            Journal = journal,
        };
        var session = new JobSession(context, plan, archive, journal);
        await session.OpenAsync(lab, features, cancellationToken);
        return session;
    }
}
