using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;

[assembly: Teuthology.Xunit.SuiteServices(typeof(Teuthology.Xunit.Sample.PretendServices))]

namespace Teuthology.Xunit.Sample;

/// <summary>Puts the pretended engine in place of the real one, unless TEUTHOLOGY_SAMPLE_ENGINE=real.</summary>
public sealed class PretendServices : ISuiteServices
{
    public void Configure(IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable("TEUTHOLOGY_SAMPLE_ENGINE") != "real")
            services.AddSingleton<IJobEngine, PretendEngine>();
    }
}
