namespace Teuthology.Lab.Tests;

/// <summary>Notes what is switched.</summary>
internal sealed class FakePower : IMachinePower
{
    public List<string> Orders { get; } = [];

    public Action<string> OnOrder { get; set; } = _ => { };

    public Task SetAsync(string host, bool on, CancellationToken cancellationToken)
    {
        Orders.Add($"{host} {(on ? "on" : "off")}");
        OnOrder(Orders[^1]);
        return Task.CompletedTask;
    }
}
