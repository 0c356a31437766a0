namespace Teuthology.Tasks;

/// <summary>The process's own console.</summary>
internal sealed class ConsoleTerminal : ITerminal, IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);

    public bool IsInteractive => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    public void WriteLine(string text) => Console.Out.WriteLine(text);

    public async Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken)
    {
        await Console.Out.WriteAsync(prompt.AsMemory(), cancellationToken);
        return await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
    }

    public async Task<IDisposable> HoldAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Hold(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Hold(SemaphoreSlim free) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                free.Release();
        }
    }
}
