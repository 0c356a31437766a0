using System.CommandLine;
using Teuthology.Jobs;
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

    private readonly Option<string> _tokens = new("--tokens") { HelpName = "WHEN", Description = "Whether who writes must show a token: auto (unless only this host can reach the server), on, off", DefaultValueFactory = _ => "auto" };

    private readonly Option<string?> _certificate = new("--certificate") { HelpName = "FILE", Description = "Certificate (PEM, or PKCS#12) for an https address; read anew when it changes" };

    private readonly Option<string?> _key = new("--key") { HelpName = "FILE", Description = "Its private key (PEM), where that is not in the same file" };

    private readonly Option<string[]> _archives = new("--archive") { HelpName = "DIR", Description = "Directory of archives whose files are served; may be repeated (default that of the site)" };

    private readonly Option<double> _timeout = new("--request-timeout") { HelpName = "SECONDS", Description = "How long an answer may take, but for live pages and archives", DefaultValueFactory = _ => new ServerOptions().Patience.TotalSeconds };

    public ServerVerb(Terminal terminal)
        : base(terminal, "server", "Serve nodes, runs and jobs over HTTP")
    {
        Add(_listen);
        Add(_testing);
        _tokens.AcceptOnlyFromAmong("auto", "on", "off");
        Add(_tokens);
        Add(_certificate);
        Add(_key);
        Add(_archives);
        _timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 86_400))
                result.AddError("--request-timeout must be a number of seconds above 0, at most 86400");
        });
        Add(_timeout);
        var token = new Command("token", "Tokens with which others may write");
        token.Add(new TokenAddVerb(terminal));
        token.Add(new TokenListVerb(terminal));
        token.Add(new TokenRevokeVerb(terminal));
        Add(token);
        Remarks =
        [
            "It is a lock server for `teuthology lock` and upstream's teuthology-lock (/nodes/, all calls), is the results server of upstream's tools (/runs/, /jobs/, /queue/), shows the runs to browsers, and tells at /health whether its stores answer. It runs until Ctrl-C or SIGTERM, answers what it has in hand, and ends with exit code 0.",
            "Where others than this host can reach it, who writes must show a token: `teuthology server token add NAME` makes one; clients take it from TEUTHOLOGY_TOKEN or `server_token` of ~/.teuthology.yaml. Reading is free. All calls: /api.",
        ];
        Examples =
        [
            ("teuthology server", "On http://127.0.0.1:8080"),
            ("teuthology server --listen http://127.0.0.1:0", "On a free port, which it prints"),
            ("teuthology server --listen https://0.0.0.0:8443 --certificate fullchain.pem --key privkey.pem", "For others, who need a token to write"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = new ServerOptions { Listen = line.GetRequiredValue(_listen), Testing = line.GetValue(_testing), Time = Terminal.Time };
        options = options with
        {
            Tokens = Enum.Parse<TokenPolicy>(line.GetRequiredValue(_tokens), ignoreCase: true),
            CertificateFile = line.GetValue(_certificate) is { } certificate ? Terminal.FullPath(certificate) : null,
            KeyFile = line.GetValue(_key) is { } key ? Terminal.FullPath(key) : null,
            Patience = TimeSpan.FromSeconds(line.GetValue(_timeout)),
        };
        options.ListenUri();
        var state = LabSettings.Read(Terminal, null).StateDirectory;
        var site = SiteConfig.Load(Terminal.Environment);
        var archives = line.GetValue(_archives) is { Length: > 0 } told ? [.. told.Select(Terminal.FullPath)] : new[] { JobOptions.From(Terminal.Environment).ArchiveDirectory };
        options = options with { ArchiveRoots = archives };
        await using var queue = QueueBackend.Open(null, site, Terminal.Environment, state, Terminal.Time);
        options = options with { Queue = queue, KnownIssues = KnownIssuesSetting.Read(Terminal, site) };
        await using var results = await LabSettings.ResultsAsync(Terminal, cancellationToken);
        await using var nodes = LabSettings.Leases(Terminal);
        using var log = new ErrorLog(Terminal, line.GetValue<bool>("--verbose"));
        await using var server = await ResultsServer.StartAsync(options, results, nodes, log, cancellationToken);
        await Terminal.Out.WriteLineAsync($"listening on {server.Address}");
        await Terminal.Out.FlushAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Told to: requests that run get their answers, and all is well.
        return ExitCode.Stopped;
    }
}
