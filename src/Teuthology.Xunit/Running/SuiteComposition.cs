using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Results;
using Teuthology.Suites;
using Teuthology.Tasks;

namespace Teuthology.Xunit;

/// <summary>Puts a test run's services together.</summary>
internal static class SuiteComposition
{
    /// <summary>Teuthology's services for <paramref name="settings"/>, then the assembly's own.</summary>
    /// <param name="assembly">The test assembly.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="jobs">The run's jobs, for a queue.</param>
    /// <param name="stopping">Stops queueing.</param>
    /// <exception cref="ConfigurationException">The assembly names services that cannot be made.</exception>
    public static ServiceProvider Build(Assembly assembly, SuiteSettings settings, IReadOnlyList<SuiteJob> jobs, CancellationToken stopping)
    {
        var options = TeuthologyOptions.FromEnvironment();
        if (settings.ArchiveDirectory is { } archive)
            options = options with { Jobs = options.Jobs with { ArchiveDirectory = archive } };
        var services = new ServiceCollection();
        services.AddTeuthology(options with { TaskAssemblies = [.. options.TaskAssemblies, assembly] });
        if (settings.Scheduled is not null)
        {
            // Whoever runs the jobs writes them down, too.
            services.AddSingleton<IJobEngine>(_ => new ScheduledEngine(() => ScheduledRun.StartAsync(settings, options.Lab.StateDirectory, jobs, options.Jobs.Site, TimeProvider.System, stopping)));
            return services.BuildServiceProvider();
        }

        services.AddSingleton<IJobObserver>(provider => new RunRecorder(
            () => ResultsStore.OpenAsync(Environment.GetEnvironmentVariable, options.Jobs.Site, options.Lab.StateDirectory, TimeProvider.System, CancellationToken.None),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<RunRecorder>()));
        return services.BuildServiceProvider();
    }
}
