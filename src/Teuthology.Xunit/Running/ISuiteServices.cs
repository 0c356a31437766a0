using Microsoft.Extensions.DependencyInjection;

namespace Teuthology.Xunit;

/// <summary>A test assembly's own services: what its tasks ask for in their constructors, tasks of other assemblies, another lab. Named by <see cref="SuiteServicesAttribute"/>; needs a constructor without parameters.</summary>
public interface ISuiteServices
{
    /// <summary>Adds to the services or replaces some; runs once per test run, after Teuthology's own were added.</summary>
    /// <param name="services">The services.</param>
    void Configure(IServiceCollection services);
}
