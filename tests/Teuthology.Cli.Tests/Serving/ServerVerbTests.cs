using System.Diagnostics;

namespace Teuthology.Cli.Tests;

public sealed class ServerVerbTests
{
    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task Server_UntilItIsTold_ServesAndExits0(string signal)
    {
        using var cli = new Cli();
        using var server = Process.Start(TeuthologyProgram.Start(cli.State, "server", "--listen", "http://127.0.0.1:0"))!;
        var line = await server.StandardOutput.ReadLineAsync();
        Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);

        using var http = new HttpClient { BaseAddress = new Uri(line!["listening on ".Length..]) };
        Assert.Equal("[]", await http.GetStringAsync("/runs/"));

        using var kill = Process.Start("kill", [signal, $"{server.Id}"]);
        await server.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0, ""), (server.ExitCode, await server.StandardError.ReadToEndAsync()));
    }
}
