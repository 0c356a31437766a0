using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>A job before it has machines: what its tasks check their configuration against.</summary>
internal sealed class PaperJob : IDisposable
{
    private readonly JobContext _job;

    public PaperJob(JobSpec spec, IServiceProvider services, JobOptions options)
    {
        Services = services;
        _job = new JobContext { Spec = spec, Config = spec.Config, Services = services, Loggers = NullLoggerFactory.Instance, Options = options };
    }

    public IServiceProvider Services { get; }

    public SiteConfig Site => _job.Options.Site;

    /// <summary>Gives the job machines that are never connected to; those of a job without roles are its targets.</summary>
    public void Fill(IReadOnlyList<IReadOnlyList<string>> roles, IReadOnlyList<Target> targets)
    {
        var count = roles.Count > 0 ? roles.Count : targets.Count;
        for (var i = 0; i < count; i++)
        {
            var (user, host) = i < targets.Count ? (targets[i].User, targets[i].Host) : (_job.Options.Site.TestUser, $"host{i}");
            var remote = new Remote(new RemoteEndpoint { HostName = host, User = user, Address = host, HostKey = null, IdentityFile = "" }, NullLogger.Instance);
            _job.Cluster.Add(remote, roles.Count > 0 ? roles[i] : [remote.Name]);
        }
    }

    /// <exception cref="ConfigurationException">The task finds its configuration wrong.</exception>
    public void Check(ICheckedTask task, TaskEntry entry) => task.Check(new TaskRun { Job = _job, Name = entry.Name, Config = entry.Config, Mark = entry.Mark, Log = NullLogger.Instance });

    public void Dispose() => _job.Interruption.Dispose();
}
