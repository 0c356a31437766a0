namespace Teuthology.Interactive;

/// <summary>The keys of the process's terminal, one by one. A read that nobody waits for any more is kept for the next one who asks.</summary>
internal sealed class Keyboard
{
    private readonly Queue<ConsoleKeyInfo> _ahead = new();
    private Task<ConsoleKeyInfo>? _pending;

    /// <summary>Makes Ctrl-C a key instead of a signal, until disposed.</summary>
    public IDisposable Grab() => new Grip();

    /// <summary>The next key.</summary>
    public async Task<ConsoleKeyInfo> ReadAsync(CancellationToken cancellationToken)
    {
        if (_ahead.TryDequeue(out var ahead))
            return ahead;
        return await TakeAsync(cancellationToken);
    }

    /// <summary>Waits for Ctrl-C; other keys are kept for <see cref="ReadAsync"/>.</summary>
    public async Task InterruptAsync(CancellationToken cancellationToken)
    {
        while (await TakeAsync(cancellationToken) is var key && !IsInterrupt(key))
            _ahead.Enqueue(key);
        _ahead.Clear();
    }

    public static bool IsInterrupt(ConsoleKeyInfo key) => key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control };

    private async Task<ConsoleKeyInfo> TakeAsync(CancellationToken cancellationToken)
    {
        // a read of the console cannot be cancelled, only left waiting
        _pending ??= Task.Factory.StartNew(() => Console.ReadKey(intercept: true), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var key = await _pending.WaitAsync(cancellationToken);
        _pending = null;
        return key;
    }

    private sealed class Grip : IDisposable
    {
        private readonly bool _before = Console.TreatControlCAsInput;

        public Grip() => Console.TreatControlCAsInput = true;

        public void Dispose() => Console.TreatControlCAsInput = _before;
    }
}
