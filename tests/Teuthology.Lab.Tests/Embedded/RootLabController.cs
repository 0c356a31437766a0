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

    public static async Task BuildAsync(string cache, TextWriter output)
    {
        await Images(cache).EnsureAsync(new Lines(output), CancellationToken.None);
    }

    public static ImageStore Images(string cache) =>
        new(cache, new ImageRecipe { Suite = RootHost.Suite() }, "", ImageStore.RootLauncher, TimeProvider.System);

    private sealed class Lines(TextWriter output) : IProgress<string>
    {
        public void Report(string value)
        {
            output.WriteLine(value);
            output.Flush();
        }
    }
}
