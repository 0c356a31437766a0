using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Teuthology.PythonTasks;

/// <summary>Lines of JSON in both directions. Whoever calls gives a number; the answer bears it again.</summary>
internal sealed class HostLink
{
    private readonly Stream _to;
    private readonly StreamReader _from;
    private readonly WireErrors _errors;
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonObject>> _waiting = new();
    private long _last;
    private Exception? _lost;

    public HostLink(Stream to, Stream from, WireErrors errors)
    {
        (_to, _from, _errors) = (to, new StreamReader(from, Encoding.UTF8), errors);
        Writing = WriteAsync();
    }

    /// <summary>Answers a call of Python's.</summary>
    public required Func<string, JsonObject, long?, Task<JsonNode?>> Serve { get; init; }

    /// <summary>Takes what Python tells without wanting an answer; must not wait.</summary>
    public required Action<JsonObject> Told { get; init; }

    /// <summary>Ends when nothing more is sent.</summary>
    public Task Writing { get; }

    /// <summary>Sends what wants no answer.</summary>
    public void Tell(JsonObject message) => _outgoing.Writer.TryWrite([.. Encoding.UTF8.GetBytes(message.ToJsonString()), (byte)'\n']);

    /// <summary>Sends bytes as they are, before all messages.</summary>
    public void Begin(byte[] bytes) => _outgoing.Writer.TryWrite(bytes);

    /// <summary>Asks Python. When cancelled, Python is told to stop what it does, and its answer is waited for all the same.</summary>
    /// <param name="call">What.</param>
    /// <param name="with">Its parameters.</param>
    /// <param name="task">The task it is about, for errors.</param>
    /// <param name="cancellationToken">Interrupts it there.</param>
    public async Task<JsonNode?> CallAsync(string call, JsonObject with, string task, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _last);
        var answered = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[number] = answered;
        if (Volatile.Read(ref _lost) is { } lost)
            answered.TrySetException(lost);
        Tell(new JsonObject { ["id"] = number, ["call"] = call, ["with"] = with });
        JsonObject answer;
        await using (cancellationToken.UnsafeRegister(_ => Tell(new JsonObject { ["cancel"] = number, ["reason"] = "the job was cancelled" }), null))
            answer = await answered.Task;
        if (answer["error"] is JsonObject error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _errors.Make(error, task);
        }

        return answer["result"]?.DeepClone();
    }

    /// <summary>Takes what Python sends until it closes its end.</summary>
    public async Task ReadAsync()
    {
        while (await _from.ReadLineAsync() is { } line)
        {
            var message = JsonNode.Parse(line)!.AsObject();
            if ((long?)message["answer"] is { } number)
            {
                if (_waiting.TryRemove(number, out var waiting))
                    waiting.TrySetResult(message);
            }
            else if ((string?)message["call"] is { } call)
            {
                _ = Task.Run(() => AnswerAsync(call, message));
            }
            else
            {
                Told(message);
            }
        }
    }

    /// <summary>Ends every call that waits, and those to come.</summary>
    public void Fail(Exception lost)
    {
        Volatile.Write(ref _lost, lost);
        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(lost);
        Close();
    }

    /// <summary>Sends what is left, and no more.</summary>
    public void Close() => _outgoing.Writer.TryComplete();

    private async Task AnswerAsync(string call, JsonObject message)
    {
        var answer = new JsonObject { ["answer"] = (long)message["id"]! };
        try
        {
            answer["result"] = await Serve(call, message["with"]!.AsObject(), (long?)message["task"]);
        }
        catch (Exception e)
        {
            answer["error"] = _errors.Tell(e); // it is Python that shall see it
        }

        Tell(answer);
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var bytes in _outgoing.Reader.ReadAllAsync())
            {
                await _to.WriteAsync(bytes);
                if (_outgoing.Reader.Count == 0)
                    await _to.FlushAsync();
            }

            await _to.DisposeAsync();
        }
        catch (IOException)
        {
            _outgoing.Writer.TryComplete(); // it is gone; whoever reads from it tells how
        }
    }
}
