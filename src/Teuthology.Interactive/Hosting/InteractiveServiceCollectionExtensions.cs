using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Teuthology.Jobs;

namespace Teuthology.Interactive;

/// <summary>Registers the prompt.</summary>
public static class InteractiveServiceCollectionExtensions
{
    /// <summary>Gives jobs a C# prompt on the process's terminal. The compiler is loaded when a job first stops at it, not before.</summary>
    /// <param name="services">The services.</param>
    /// <param name="take">Called when a prompt opens, so that nobody else writes to the terminal until the result is disposed.</param>
    public static IServiceCollection AddInteractivePrompt(this IServiceCollection services, Func<IDisposable?>? take = null) =>
        services.Replace(ServiceDescriptor.Singleton<IJobPrompt>(_ => new CSharpPrompt(take)));
}
