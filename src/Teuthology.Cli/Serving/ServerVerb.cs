using System.CommandLine;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Server;

namespace Teuthology.Cli;

/// <summary><c>teuthology server</c>: nodes, runs and jobs over HTTP.</summary>
internal sealed class ServerVerb : Verb
{
    private readonly Option<string> _listen = new("--listen") { HelpName = "URL", Description = "Address to listen on; port 0 takes a free one", DefaultValueFactory = _ => new ServerOptions().Listen };

    private readonly Option<bool> _testing = new("--testing") { Description = "For tests of clients: POST /__reset empties the stores" };

    public ServerVerb(Terminal terminal)
        : base(terminal, "server", "Serve nodes, runs and jobs over HTTP")
    {
        Add(_listen);
        Add(_testing);
        Remarks =
        [
            "It is a lock server for `teuthology lock` and upstream's teuthology-lock (/nodes/, all calls), answers the reading calls of upstream's results server (/runs/, /runs/RUN/jobs/ ...), shows the runs to browsers, and tells at /health whether its stores answer. It runs until Ctrl-C.",
            "There are no accounts yet: whoever reaches the address can lock and unlock. Keep it on loopback, or behind a proxy that asks who comes.",
        ];
        Examples =
        [
            ("teuthology server", "On http://127.0.0.1:8080"),
            ("teuthology server --listen http://127.0.0.1:0", "On a free port, which it prints"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = new ServerOptions { Listen = line.GetRequiredValue(_listen), Testing = line.GetValue(_testing), Time = Terminal.Time };
        options.ListenUri();
        var state = LabSettings.Read(Terminal, null).StateDirectory;
        var site = SiteConfig.Load(Terminal.Environment);
        await using var queue = QueueBackend.Open(null, site, Terminal.Environment, state, Terminal.Time);
        options = options with { Queue = queue, KnownIssues = KnownIssuesSetting.Read(Terminal, site) };
        await using var results = await LabSettings.ResultsAsync(Terminal, cancellationToken);
        await using var nodes = LabSettings.Leases(Terminal);
        using var log = new ErrorLog(Terminal, line.GetValue<bool>("--verbose"));
        await using var server = await ResultsServer.StartAsync(options, results, nodes, log, cancellationToken);
        await Terminal.Out.WriteLineAsync($"listening on {server.Address}");
        await Terminal.Out.FlushAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return ExitCode.Success;
    }
}
