namespace Teuthology.OpenStack;

/// <summary>Makes something once, although the answer that it was made may get lost: before a second order it is looked for.</summary>
internal static class OnceOnly
{
    /// <summary>Makes it.</summary>
    /// <param name="make">The order.</param>
    /// <param name="find">Looks for what an order before made; null when there is none.</param>
    /// <param name="options">How patient.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<T> MakeAsync<T>(Func<Task<T>> make, Func<Task<T?>> find, OpenStackOptions options, CancellationToken cancellationToken)
        where T : class
    {
        var pause = options.FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await make();
            }
            catch (OpenStackException e) when (e.MayBeDone)
            {
                options.Progress?.Report($"{e.Message}; looking whether it was done");
                await Task.Delay(pause, options.Time, cancellationToken);
                if (await find() is { } made)
                    return made;
                if (attempt >= options.Tries)
                    throw;
                pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
            }
        }
    }
}
