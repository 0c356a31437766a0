using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Scheduling;
using Teuthology.Testing;

namespace Teuthology.Cli.Tests;

/// <summary>A site for upstream's tools and these: one beanstalkd, one results server, the loopback lab of this host.</summary>
internal sealed class ToolSite(Cli cli, BeanstalkdServer beanstalkd, string server) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly HttpClient _http = new() { BaseAddress = new Uri(server) };
    private readonly List<Process> _started = [];

    public string Archive => Path.Combine(cli.Directory, "archive");

    /// <summary>Starts beanstalkd and writes the configuration; the test is skipped where there can be no loopback lab.</summary>
    /// <param name="cli">Its directory holds all.</param>
    /// <param name="server">Address of the results server.</param>
    /// <param name="more">More of the site's configuration.</param>
    public static async Task<ToolSite> StartAsync(Cli cli, string server, string more = "")
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
        var beanstalkd = await BeanstalkdServer.StartAsync();
        cli.Environment["TEUTHOLOGY_CONFIG"] = cli.Write(
            "site.yaml", $"queue_host: 127.0.0.1\nqueue_port: {beanstalkd.Port}\nresults_server: {server}\narchive_base: {cli.Directory}/archive\n{more}");
        Directory.CreateDirectory(Path.Combine(cli.Directory, "archive"));
        return new ToolSite(cli, beanstalkd, server);
    }

    public BeanstalkQueue Queue() => new("127.0.0.1", beanstalkd.Port, null, TimeProvider.System);

    /// <summary>The jobs of a run as the server tells them.</summary>
    public async Task<IReadOnlyList<JsonNode>> JobsAsync(string run) =>
        [.. JsonNode.Parse(await _http.GetStringAsync($"/runs/{run}/jobs/"))!.AsArray().Select(job => job!).OrderBy(job => (string)job["job_id"]!, StringComparer.Ordinal)];

    public Task DeleteAsync(string run) => _http.DeleteAsync(new Uri($"/runs/{run}/", UriKind.Relative));

    /// <summary>Puts a job on a kind of machine that the loopback lab gives.</summary>
    public async Task ScheduleAsync(string run, string description, string command)
    {
        var job = cli.Write("job.yaml", $"roles: [[a.0]]\ntasks:\n- exec: {{a.0: ['{command}']}}\n");
        var put = await cli.RunAsync("schedule", "--name", run, "-d", description, "-w", "embedded", job);
        Assert.True(put.ExitCode == 0, put.Error);
    }

    /// <summary>Runs one of our tools as a process.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => TeuthologyProgram.RunAsync(Start(arguments));

    /// <summary>Begins one of our tools as a process; it ends with the test at the latest.</summary>
    public Process Begin(params string[] arguments)
    {
        var process = Process.Start(Start(arguments))!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    /// <summary>Runs one of upstream's.</summary>
    public Task<CliResult> UpstreamAsync(Checkout upstream, params string[] command) => upstream.RunAsync("upstream_tool.py", command, Variables());

    public Dictionary<string, string> Variables() => new() { ["TEUTHOLOGY_CONFIG"] = cli.Environment["TEUTHOLOGY_CONFIG"], ["HOME"] = cli.Directory, ["TEUTHOLOGY_STATE"] = cli.State, ["TEUTHOLOGY_LAB"] = "loopback" };

    public static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await reached())
            await Task.Delay(100, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        foreach (var run in Directory.GetDirectories(Archive).Select(Path.GetFileName))
            await RunAsync("kill", "-r", run!);
        await RunAsync("lab", "down", "--force", "--lab", "loopback");
        await beanstalkd.DisposeAsync();
        _http.Dispose();
    }

    private ProcessStartInfo Start(string[] arguments)
    {
        var start = TeuthologyProgram.Start(cli.State, arguments);
        foreach (var (name, value) in Variables())
            start.Environment[name] = value;
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Archive;
        return start;
    }
}
