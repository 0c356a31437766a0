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
        services.GetService<TelemetryExport>();
        var known = tasks.Of(job.Config, job.SuitesDirectory);
        if (job.SkipUnready && services.GetService<IJobReadiness>()?.Missing(job.Config, job.SuitesDirectory, known) is { Count: > 0 } missing)
            return new SkippedSession(job, JobNeed.Text(missing), observer);
        var (plan, targets) = Read(job, known);
        if (targets.Count == 0 && services.GetService<IKernelNeeds>() is { } kernels)
            plan = plan with { OwnKernels = kernels.Places(job.Config, job.SuitesDirectory, job.SkipUnready, known) };
        var given = targets.Count > 0 ? new GivenLab(targets, options.Site, lab) : null;
        given?.LookAhead(cancellationToken);
        var source = given ?? lab;
        var features = LabFeatures.None;
        if (plan.Roles.Count > 0)
        {
            var offer = await source.DescribeAsync(LockedMachines.TypeOf(job, options), cancellationToken);
            if (LabFit.Obstacle(plan, offer, job.Config) is { } reason)
                return new SkippedSession(job, reason, observer);
            features = offer.Features;
            if (plan.Lab is { } section)
                await section.RequireAsync(source, plan.Roles.Count, cancellationToken);
        }

        var owner = job.Owner ?? $"{Environment.UserName}@{Environment.MachineName}";
        var archive = JobArchive.Open(options.ArchiveDirectory, job, owner, options.LogLevel, time);
        var journal = new ArchiveJournal(job, archive, new JobTrace(job, owner), observer, time);
        journal.Opened(owner, plan.Roles.Count);
        var loggers = new JobLoggers(archive, journal);
        var context = new JobContext
        {
            Spec = job,
            Config = (YamlMap)YamlCopy.DeepCopy(job.Config)!,
            Services = services,
            Tasks = known,
            Loggers = loggers,
            FlushLog = loggers.Flush,
            ArchivePath = archive.Directory,
            Owner = owner,
            Time = time,
            Options = options,
            Journal = journal,
        };
        var session = new JobSession(context, plan, archive, journal);
        await session.OpenAsync(source, targets, features, cancellationToken);
        return session;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Check(JobSpec job)
    {
        var (plan, _) = Read(job, tasks.Of(job.Config, job.SuitesDirectory));
        JobArchive.RequirePlace(options.ArchiveDirectory, job);
        return [.. JobKeys.Warnings(job.Config), .. plan.Tasks.Count == 0 ? new[] { "No tasks specified. Continuing anyway..." } : []];
    }

    private (JobPlan Plan, IReadOnlyList<Target> Targets) Read(JobSpec job, ITaskCatalog known)
    {
        var targets = job.OwnTargets ? Target.Read(job.Config, options.Site) : [];
        using var paper = new PaperJob(job, services, options);
        var plan = JobCheck.Plan(job.Config, known, paper, targets);
        LabFit.RequirePossible(plan, job.Config);
        if (targets.Count > 0 && targets.Count < plan.Roles.Count)
            throw new ConfigurationException($"{plan.Roles.Count} targets are needed for all roles but found {targets.Count} listed.", job.Config.MarkOf("targets"));
        return (plan, targets);
    }
}
