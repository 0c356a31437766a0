namespace Teuthology.Lab.Tests;

/// <summary>A controller in a process of its own that brings machines up and then waits to be killed.</summary>
internal static class RootLabController
{
    public static async Task RunAsync(string state, string[] names, TextWriter output)
    {
        var lab = new RootProvisioner(new LabOptions { StateDirectory = state, MaxNodes = 4 }, TimeProvider.System);
        await output.WriteLineAsync("starting");
        await output.FlushAsync();
        await Task.WhenAll(names.Select(name => lab.StartAsync(name, null, CancellationToken.None)));
        await output.WriteLineAsync("up");
        await output.FlushAsync();
        await Task.Delay(Timeout.Infinite);
    }
}
