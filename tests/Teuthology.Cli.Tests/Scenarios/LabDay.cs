using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Teuthology.Lab;
using Teuthology.Testing;

namespace Teuthology.Cli.Tests;

/// <summary>A lab as its people run it, each part a process of its own: PostgreSQL, the server, workers on the embedded lab, a mail server.</summary>
internal sealed class LabDay : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly string _directory;
    private readonly int _port = FreePort();
    private Process? _server;

    private LabDay(PostgresServer postgres, string database, string directory, SmtpServer smtp)
    {
        (Postgres, Smtp, _directory) = (postgres, smtp, directory);
        Http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")), Timeout = TimeSpan.FromMinutes(1) };
        Machines = new RootProvisioner(new LabOptions { Kind = "root", StateDirectory = State, MaxNodes = 4 }, TimeProvider.System);
        Directory.CreateDirectory(Archive);
        File.WriteAllText(Config, $"""
            store: {database}
            results_server: {Http.BaseAddress}
            lock_server: ''
            results_ui_server: {Http.BaseAddress}
            archive_base: {Archive}
            results_email: qa@example.com
            smtp_server: {smtp.Address}
            watchdog_interval: 5
            job_lease: 20
            retry_infrastructure: 0
            """);
    }

    public PostgresServer Postgres { get; }

    public SmtpServer Smtp { get; }

    /// <summary>The server, as a browser and programs reach it.</summary>
    public HttpClient Http { get; }

    /// <summary>The embedded lab's machines.</summary>
    public RootProvisioner Machines { get; }

    public string Archive => Path.Combine(_directory, "archive");

    public string State => Path.Combine(_directory, "state");

    private string Config => Path.Combine(_directory, "teuthology.yaml");

    /// <summary>Starts PostgreSQL and the mail server; the test is skipped where one cannot be had, or there can be no root lab.</summary>
    public static async Task<LabDay> StartAsync()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root for machines with a root of their own; run the tests as root");
        var smtp = await SmtpServer.StartAsync();
        var postgres = await PostgresServer.StartAsync(("fsync", "on"));
        var day = new LabDay(postgres, await postgres.CreateDatabaseAsync(), Directory.CreateTempSubdirectory("teuthology-day-").FullName, smtp);
        var offer = await day.Machines.DescribeAsync(CancellationToken.None);
        if (offer.Machines > 0)
            return day;
        await day.DisposeAsync();
        throw new SkipException(offer.Remedy);
    }

    /// <summary>Runs a verb to its end.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => TeuthologyProgram.RunAsync(Start(arguments), TimeSpan.FromMinutes(10));

    /// <summary>Starts the server, the first time or again, and waits until it answers.</summary>
    public async Task ServeAsync()
    {
        _server = Begin("server", "--listen", Http.BaseAddress!.ToString().TrimEnd('/'));
        var line = await _server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.StartsWith("listening on ", line ?? await _server.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Drain(_server);
    }

    /// <summary>Ends the server as a crash does.</summary>
    public async Task CrashServerAsync()
    {
        _server!.Kill();
        await _server.WaitForExitAsync();
    }

    /// <summary>Starts a worker.</summary>
    public Process Work()
    {
        var worker = Begin("worker", "--tube", "embedded", "--lab", "root");
        Drain(worker);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await EndJobsAsync();
        await Machines.DownAsync(CancellationToken.None);
        Http.Dispose();
        await Smtp.DisposeAsync();
        await Postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    // Jobs outlive their workers; there are some only when the test failed.
    private async Task EndJobsAsync()
    {
        foreach (var entry in Directory.GetDirectories("/proc").Where(entry => Path.GetFileName(entry).All(char.IsAsciiDigit)))
        {
            try
            {
                if (!(await File.ReadAllTextAsync(Path.Combine(entry, "cmdline"))).Contains(_directory, StringComparison.Ordinal))
                    continue;
                using var job = Process.GetProcessById(int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture));
                job.Kill();
                await job.WaitForExitAsync();
            }
            catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
            {
                // It is over.
            }
        }
    }

    private Process Begin(params string[] arguments)
    {
        var process = Process.Start(Start(arguments))!;
        process.StandardInput.Close();
        _processes.Add(process);
        return process;
    }

    private ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var start = TeuthologyProgram.Start(State, arguments);
        start.Environment["TEUTHOLOGY_CONFIG"] = Config;
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Archive;
        return start;
    }

    // A pipe that nobody empties would stop it.
    private static void Drain(Process process)
    {
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
