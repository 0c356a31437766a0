using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;

namespace Teuthology.Xunit;

/// <summary>How many jobs go at once: as many as the lab has machines, since each takes at least one, unless TEUTHOLOGY_PARALLEL says; all of them where they only wait for workers.</summary>
/// <param name="run">The run.</param>
internal sealed class JobSlots(SuiteRun run) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private SemaphoreSlim? _slots;

    /// <summary>Waits until one more job may start.</summary>
    /// <returns>The place, to be disposed when the job ended; null when the run is to stop instead.</returns>
    public async Task<IDisposable?> EnterAsync()
    {
        try
        {
            var slots = _slots ?? await OpenAsync();
            await slots.WaitAsync(run.Stopping);

            // A job that ends while the run is being stopped may hand over its place before the waiting hears of the stop.
            var slot = new Slot(slots);
            if (!run.Stopping.IsCancellationRequested)
                return slot;
            slot.Dispose();
            return null;
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Nobody enters any more.</summary>
    public void Dispose()
    {
        _opening.Dispose();
        _slots?.Dispose();
    }

    private async Task<SemaphoreSlim> OpenAsync()
    {
        await _opening.WaitAsync(run.Stopping);
        try
        {
            return _slots ??= new SemaphoreSlim(await WidthAsync());
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<int> WidthAsync()
    {
        try
        {
            // In a queue there is room for all of them.
            var width = run.Settings.Scheduled is null ? run.Settings.Parallel : Math.Max(1, run.Count);
            if (width is null && run.Services.GetService<ILab>() is { } lab)
                width = (await lab.DescribeAsync(run.Stopping)).Machines;
            return Math.Max(1, width ?? Environment.ProcessorCount);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The same trouble fails each job with its own clear text; here it would end the run without one.
            return 1;
        }
    }

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
