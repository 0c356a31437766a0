using Microsoft.Extensions.DependencyInjection;

namespace Teuthology.Jobs;

/// <summary>Registers what the tasks of an assembly ask for in their constructors; named by <see cref="TaskServicesAttribute"/>.</summary>
public interface ITaskServices
{
    /// <summary>Adds services; a later registration takes the place of an earlier one.</summary>
    /// <param name="services">Teuthology's own, and those added so far.</param>
    void Configure(IServiceCollection services);
}
