using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>A controller that takes machines of a loopback lab and keeps them.</summary>
internal static class LoopbackHolder
{
    public static ServiceProvider Services(string directory) => new ServiceCollection()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
        .AddEmbeddedLab(new LabOptions { Kind = "loopback", StateDirectory = directory, MaxNodes = 4 })
        .BuildServiceProvider();

    public static async Task HoldAsync(string directory, int count, TextWriter output)
    {
        await using var services = Services(directory);
        var request = new MachineRequest { Count = count, Owner = "victim@here", Description = "a test" };
        await using var lease = await services.GetRequiredService<ILab>().AcquireAsync(request, null, CancellationToken.None);
        await output.WriteLineAsync($"holds {string.Join(' ', lease.Machines.Select(m => m.Name))}");
        await output.FlushAsync();
        await Console.In.ReadToEndAsync();
    }
}
