using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// One client connection to a cluster, kept on the first monitor's machine for as long as the cluster lives. A <c>ceph</c> process
/// costs some tenths of a second of processor time before it says a word; over this a command costs milliseconds.
/// </summary>
public sealed class MonChannel(Remote remote, string program, string cluster) : ICephCommands, IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Connection? _connection;

    /// <inheritdoc/>
    public async Task<MonAnswer> AskAsync(string to, JsonObject command, CancellationToken cancellationToken)
    {
        var line = new JsonObject { ["to"] = to, ["command"] = command }.ToJsonString() + "\n";
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Limit);
            try
            {
                _connection ??= await OpenAsync(deadline.Token);
                return await _connection.AskAsync(line, deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                await CloseAsync();
                throw new TeuthologyException(FailureKind.Timeout, $"ceph {command["prefix"]} on {remote.ShortName}: no answer within {Limit.TotalSeconds:0} s");
            }
            catch
            {
                await CloseAsync();
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await CloseAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _turn.Dispose();
    }

    private async Task<Connection> OpenAsync(CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        var process = await remote.StartAsync(
            RemoteCommand.Args("python3", program, cluster) with { Label = "ceph commands", StdinPipe = true, StdoutTo = pipe.Writer.AsStream(), CheckStatus = false, Quiet = true },
            cancellationToken);
        var connection = new Connection(process, pipe, remote.ShortName);
        await connection.ReadAsync(cancellationToken);
        return connection;
    }

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.DisposeAsync();
    }

    private sealed class Connection : IAsyncDisposable
    {
        private readonly RemoteProcess _process;
        private readonly StreamReader _answers;
        private readonly string _host;
        private readonly Task<CommandResult> _end;

        public Connection(RemoteProcess process, Pipe pipe, string host)
        {
            (_process, _host) = (process, host);
            _answers = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
            _end = WatchAsync(pipe.Writer);
        }

        public async Task<MonAnswer> AskAsync(string line, CancellationToken cancellationToken)
        {
            await _process.Stdin.WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);
            await _process.Stdin.FlushAsync(cancellationToken);
            return await ReadAsync(cancellationToken);
        }

        public async Task<MonAnswer> ReadAsync(CancellationToken cancellationToken)
        {
            if (await _answers.ReadLineAsync(cancellationToken) is { } answer)
            {
                var parts = JsonNode.Parse(answer) as JsonArray ?? throw new JsonException($"not an answer: {answer}");
                return new MonAnswer((int)parts[0]!, (string)parts[1]!, (string?)parts[2] ?? "");
            }

            var result = await _end;
            throw new TeuthologyException(FailureKind.Product, $"the connection to the cluster from {_host} ended with status {result.ExitStatus}: {result.Stderr.Trim()}");
        }

        public async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            _answers.Dispose();
        }

        private async Task<CommandResult> WatchAsync(PipeWriter writer)
        {
            try
            {
                return await _process.WaitAsync(CancellationToken.None);
            }
            finally
            {
                await writer.CompleteAsync();
            }
        }
    }
}
