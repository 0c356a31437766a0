using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Testing;

/// <summary>
/// A PostgreSQL server of a test's own: a private cluster in a temporary directory, on a port of the loopback, run by an unprivileged user.
/// It goes with its directory when the test disposes of it, and also when the test's process is killed.
/// Use: <c>await using var server = await PostgresServer.StartAsync(); var place = await server.CreateDatabaseAsync();</c>
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // Ends the server when its input ends; a word on it names the signal and keeps the directory.
    private const string Watch = """
        directory=$1; shift
        "$@" </dev/null &
        server=$!
        read -r signal
        kill -"${signal:-QUIT}" "$server"
        wait "$server"
        [ -n "$signal" ] || rm -rf "$directory"
        """;

    private readonly PostgresPrograms _programs;
    private readonly string _directory;
    private readonly int _port;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private Process? _server;
    private int _databases;

    private PostgresServer(PostgresPrograms programs, string directory, int port, IReadOnlyDictionary<string, string> settings) =>
        (_programs, _directory, _port, _settings) = (programs, directory, port, settings);

    /// <summary>The server's port on 127.0.0.1; stays the same over restarts.</summary>
    public int Port => _port;

    /// <summary>Starts one; installs Debian's postgresql-15 where it is missing and the test is root, else the test is skipped with the remedy.</summary>
    /// <param name="settings">Settings of postgresql.conf on top of the fixture's, e.g. <c>("fsync", "on")</c>; by default nothing waits for the disk.</param>
    public static async Task<PostgresServer> StartAsync(params (string Name, string Value)[] settings)
    {
        var programs = await PostgresPrograms.FindAsync();
        var directory = Directory.CreateTempSubdirectory("teuthology-postgres-").FullName;
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["fsync"] = "off",
            ["max_connections"] = "200",
            ["shared_buffers"] = "32MB",
            ["dynamic_shared_memory_type"] = "mmap",
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = "",
            ["timezone"] = "UTC",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        var server = new PostgresServer(programs, directory, FreePort(), all);
        try
        {
            await programs.GiveAsync(directory);
            await programs.RunAsync("initdb", "-D", server.Data, "-A", "trust", "-U", "teuthology", "-E", "UTF8", "--locale=C", "--no-sync");
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>How a program connects to a database.</summary>
    /// <param name="database">Its name.</param>
    /// <param name="port">Another port that leads here, such as a <see cref="TcpCut"/>'s; null for the server's own.</param>
    public string ConnectionString(string database, int? port = null) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port ?? _port};Username=teuthology;Database={database}");

    /// <summary>Makes a database and tells how to connect to it.</summary>
    /// <returns>The connection string; <see cref="LastDatabase"/> has the name alone.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await SqlAsync($"CREATE DATABASE {name}");
        LastDatabase = name;
        return ConnectionString(name);
    }

    /// <summary>Name of the database made last.</summary>
    public string LastDatabase { get; private set; } = "postgres";

    /// <summary>Runs a statement as the superuser, by psql.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="database">Where.</param>
    /// <returns>What psql printed: rows without decoration.</returns>
    public Task<string> SqlAsync(string sql, string database = "postgres") => _programs.RunAsync(
        "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "teuthology", "-d", database, "-c", sql);

    /// <summary>Ends all connections of clients, as an administrator can.</summary>
    public Task CutAsync() => SqlAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");

    /// <summary>Stops the server.</summary>
    /// <param name="crash">True: at once, as a crash does; it recovers at its next start. False: after rolling open transactions back.</param>
    public async Task StopAsync(bool crash = false)
    {
        if (_server is not { } server)
            return;
        _server = null;
        await server.StandardInput.WriteLineAsync(crash ? "QUIT" : "INT");
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        server.Dispose();
    }

    /// <summary>Starts it after a stop, on the same port with the same data, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        var settings = _settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
        _server = _programs.Start(["/bin/sh", "-c", Watch, "sh", _directory, _programs.PathOf("postgres"), "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), .. settings], Path.Combine(_directory, "log"));
        for (var tries = 0; !await _programs.SucceedsAsync("pg_isready", "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture)); tries++)
        {
            if (tries == 300)
                throw new InvalidOperationException($"PostgreSQL does not start:\n{await LogAsync()}");
            await Task.Delay(50);
        }
    }

    /// <summary>Stops and starts it.</summary>
    /// <param name="crash">As <see cref="StopAsync"/>.</param>
    public async Task RestartAsync(bool crash = false)
    {
        await StopAsync(crash);
        await StartAgainAsync();
    }

    /// <summary>What the server wrote to its log.</summary>
    public async Task<string> LogAsync() =>
        File.Exists(Path.Combine(_directory, "log")) ? await File.ReadAllTextAsync(Path.Combine(_directory, "log")) : "";

    public async ValueTask DisposeAsync()
    {
        await StopAsync(crash: true);
        Directory.Delete(_directory, recursive: true);
    }

    private string Data => Path.Combine(_directory, "data");

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
