using Teuthology.Jobs;

namespace Teuthology.Interactive;

/// <summary>A C# prompt on the process's own terminal. One job at a time holds it.</summary>
/// <param name="take">Called when it opens, so that nobody else writes to the terminal until the result is disposed.</param>
internal sealed class CSharpPrompt(Func<IDisposable?>? take) : IJobPrompt, IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private readonly Keyboard _keyboard = new();

    public bool IsAvailable => !Console.IsInputRedirected && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public async Task ShowAsync(JobPause pause, CancellationToken cancellationToken)
    {
        if (!IsAvailable)
            throw new InvalidOperationException("there is no terminal");
        await _free.WaitAsync(cancellationToken);
        try
        {
            using var ours = take?.Invoke();
            using var grip = _keyboard.Grab();
            await new PromptSession(pause, _keyboard, InputHistory.OfUser(), Console.Out, () => Console.WindowWidth).RunAsync(cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
