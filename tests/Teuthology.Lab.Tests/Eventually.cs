namespace Teuthology.Lab.Tests;

/// <summary>Waits for what another task or process will do, and fails instead of hanging when it does not.</summary>
internal static class Eventually
{
    private const int Tries = 3000;

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < Tries, $"never happened: {what}");
            await Task.Delay(10);
        }
    }
}
