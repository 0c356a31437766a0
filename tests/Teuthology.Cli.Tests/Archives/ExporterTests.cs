using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli.Tests;

public sealed class ExporterTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Update_QueueMachinesAndJobs_AreCountedByUpstreamsNames()
    {
        await using var queue = QueueBackend.Open("store", SiteConfig.Empty, _ => null, _cli.State, TimeProvider.System);
        Directory.CreateDirectory(_cli.State);
        await queue.PutAsync(new NewQueueJob { Tube = "rack", Document = new YamlMap { ["name"] = "r" } }, default);
        await queue.PauseAsync("rack", new QueuePause("me", null, null), default);
        await using var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await using var leases = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        await leases.RegisterAsync([new NodeRecord { Name = "n1", MachineType = "rack", Up = true }, new NodeRecord { Name = "n2", MachineType = "rack", Up = false }], default);
        await using var nodes = new StoreDirectory(leases);
        await store.SaveJobAsync("run", "1", new JsonObject { ["status"] = "pass", ["machine_type"] = "rack", ["suite"] = "rbd", ["duration"] = 10 }, default);
        var metrics = new SiteMetrics(queue, nodes, new StoreResults(store), SiteConfig.Empty);

        await metrics.UpdateAsync(default);
        foreach (var (id, status, seconds) in new[] { ("2", "pass", 3.5), ("3", "dead", 4.0) })
            await store.SaveJobAsync("run", id, new JsonObject { ["status"] = status, ["machine_type"] = "rack", ["suite"] = "rbd", ["duration"] = seconds }, default);
        await metrics.UpdateAsync(default);

        foreach (var line in new[]
        {
            "beanstalk_queue_length{machine_type=\"rack\"} 1", "beanstalk_queue_paused{machine_type=\"rack\"} 1", "# TYPE teuthology_nodes gauge",
            "teuthology_nodes{machine_type=\"rack\",locked=\"False\",up=\"True\"} 1", "teuthology_nodes{machine_type=\"rack\",locked=\"False\",up=\"False\"} 1",
            "teuthology_job_results_total{machine_type=\"rack\",status=\"pass\"} 1", "teuthology_job_results_total{machine_type=\"rack\",status=\"dead\"} 1",
            "teuthology_job_duration_seconds_count{suite=\"rbd\"} 2", "teuthology_job_duration_seconds_sum{suite=\"rbd\"} 7.5",
        })
            Assert.Contains(line + "\n", metrics.Text);
    }

    [Fact]
    public async Task Exporter_Running_ServesThem()
    {
        using var stop = new CancellationTokenSource();
        var output = new StringWriter();
        using var terminal = new Terminal { Out = TextWriter.Synchronized(output), Error = TextWriter.Null, In = () => TextReader.Null, Directory = _cli.Directory, Environment = name => name == "TEUTHOLOGY_STATE" ? _cli.State : null };
        var running = CommandLine.RunAsync("teuthology", ["exporter", "--listen", "127.0.0.1:0"], terminal, stop.Token);
        for (var i = 0; i < 600 && !output.ToString().Contains('\n') && !running.IsCompleted; i++)
            await Task.Delay(50);
        using var http = new HttpClient();

        var text = await http.GetStringAsync(new Uri(Regex.Match(output.ToString(), @"http://\S+").Value + "/metrics"));

        Assert.Contains("# TYPE teuthology_job_processes gauge\n", text);
        await stop.CancelAsync();
        Assert.Equal(130, await running);
    }
}
