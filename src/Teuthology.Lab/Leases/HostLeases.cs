namespace Teuthology.Lab;

/// <summary>The store of the machines of this host's own lab: that of the site where it is the same file, else one of its own.</summary>
internal sealed class HostLeases : IAsyncDisposable
{
    private readonly LeaseStore? _own;

    public HostLeases(LabOptions options, LeaseStore site, TimeProvider time)
    {
        var place = StorePlace.OfHost(options.StateDirectory);
        Store = site.Place == place ? site : _own = new LeaseStore(place, time);
    }

    public LeaseStore Store { get; }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
