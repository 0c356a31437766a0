using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Results;
using Teuthology.Tasks;

namespace Teuthology.Xunit;

/// <summary>Puts a test run's services together.</summary>
internal static class SuiteComposition
{
    /// <summary>Teuthology's services for <paramref name="settings"/>, then the assembly's own.</summary>
    /// <param name="assembly">The test assembly.</param>
    /// <param name="settings">The run's settings.</param>
    /// <exception cref="ConfigurationException">The assembly names services that cannot be made.</exception>
    public static ServiceProvider Build(Assembly assembly, SuiteSettings settings)
    {
        var options = TeuthologyOptions.FromEnvironment();
        if (settings.ArchiveDirectory is { } archive)
            options = options with { Jobs = options.Jobs with { ArchiveDirectory = archive } };
        var services = new ServiceCollection();
        services.AddTeuthology(options with { TaskAssemblies = [.. options.TaskAssemblies, assembly] });
        services.AddSingleton<IJobObserver>(provider => new RunRecorder(
            () => ResultsStore.OpenAsync(Environment.GetEnvironmentVariable, options.Jobs.Site, options.Lab.StateDirectory, TimeProvider.System, CancellationToken.None),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<RunRecorder>()));
        return services.BuildServiceProvider();
    }
}
