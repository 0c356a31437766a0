using Microsoft.Extensions.DependencyInjection;
using Teuthology.Xunit;

[assembly: SuiteServices(typeof(MyLab.Tests.MyLabServices))]

namespace MyLab.Tests;

/// <summary>What the tasks of this project ask for in their constructors.</summary>
public sealed class MyLabServices : ISuiteServices
{
    public void Configure(IServiceCollection services) => services.AddSingleton<Dictionary>();
}
