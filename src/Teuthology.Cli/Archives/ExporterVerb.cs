using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary><c>teuthology exporter</c>: the site's numbers for Prometheus.</summary>
internal sealed class ExporterVerb : Verb
{
    private readonly Option<double> _interval = new("--interval") { HelpName = "SECONDS", Description = "How often the numbers are brought up to date", DefaultValueFactory = _ => 60 };
    private readonly Option<string> _listen = new("--listen") { HelpName = "IP:PORT", Description = "Address to listen on; port 0 takes a free one", DefaultValueFactory = _ => "0.0.0.0:61764" };
    private readonly QueueOption _queue;
    private readonly ResultsOption _results;

    public ExporterVerb(Terminal terminal)
        : base(terminal, "exporter", "Serve the site's numbers to Prometheus")
    {
        _queue = new QueueOption(terminal);
        _results = new ResultsOption(terminal);
        foreach (var option in new Option[] { _interval, _listen, _queue.Backend, _results.Server })
            Add(option);
        Remarks =
        [
            "Queues, machines, workers and job processes of this host, and the jobs that end while it runs, by upstream's names, at /metrics. While the queue, the lock server or the results do not answer, the last numbers stay. It runs until Ctrl-C.",
        ];
        Examples =
        [
            ("teuthology exporter", "On port 61764 of every interface, as upstream"),
            ("teuthology exporter --listen 127.0.0.1:61764 --interval 15", "For a Prometheus on this host"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var interval = line.GetValue(_interval) is > 0 and < 86400 and var seconds ? TimeSpan.FromSeconds(seconds) : throw new ConfigurationException("--interval must be a number of seconds");
        if (!IPEndPoint.TryParse(line.GetRequiredValue(_listen), out var address))
            throw new ConfigurationException($"cannot listen on '{line.GetValue(_listen)}': an address looks like 127.0.0.1:61764");
        await using var queue = _queue.Open(line, _results.Site);
        await using var results = await _results.OpenAsync(line, cancellationToken);
        await using var nodes = Nodes();
        var metrics = new SiteMetrics(queue, nodes, results, _results.Site);
        await UpdateAsync(metrics, cancellationToken);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address));
        await using var application = builder.Build();
        application.MapGet("/", () => Microsoft.AspNetCore.Http.Results.Redirect("/metrics"));
        application.MapGet("/metrics", () => Microsoft.AspNetCore.Http.Results.Text(metrics.Text, "text/plain; version=0.0.4; charset=utf-8"));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException failure)
        {
            throw new ConfigurationException($"cannot listen on {address}: {failure.Message}; is another exporter running?", inner: failure);
        }

        await Terminal.Out.WriteLineAsync($"listening on {application.Urls.First()}");
        await Terminal.Out.FlushAsync(cancellationToken);
        using var timer = new PeriodicTimer(interval, Terminal.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            await UpdateAsync(metrics, cancellationToken);
        return ExitCode.Success;
    }

    private async Task UpdateAsync(SiteMetrics metrics, CancellationToken cancellationToken)
    {
        try
        {
            await metrics.UpdateAsync(cancellationToken);
        }
        catch (TeuthologyException failure) when (failure.Kind != FailureKind.Configuration)
        {
            await Terminal.Error.WriteLineAsync($"Failed to update metrics: {failure.Message}");
        }
    }

    private INodeDirectory Nodes() => _results.Site.LockServer is { Length: > 0 } url
        ? new ServerDirectory(new HttpClient(), url, new ServerPatience { Tries = 2, Time = Terminal.Time })
        : StoreDirectory.Open(LabSettings.ReadWithStore(Terminal), Terminal.Time);
}
