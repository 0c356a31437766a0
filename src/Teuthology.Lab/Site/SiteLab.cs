using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>The machines of a site: each machine type has the provisioner that the configuration gives it; jobs that name no type get machines of the embedded lab.</summary>
/// <param name="embedded">The lab on this host.</param>
/// <param name="types">The site's machine types.</param>
/// <param name="factories">Make the provisioners.</param>
/// <param name="store">Who holds which machine.</param>
/// <param name="logs">Where the lab logs to.</param>
public sealed class SiteLab(EmbeddedLab embedded, MachineTypeTable types, IEnumerable<IProvisionerFactory> factories, LeaseStore store, ILoggerFactory logs) : ILab, IAsyncDisposable
{
    // What suites and jobs call machines of the host itself.
    internal static readonly string[] OfThisHost = ["embedded", "lab", "root", "userns", "loopback"];

    private readonly Dictionary<string, LeasedLab> _labs = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The types that the site configured.</summary>
    public IReadOnlyCollection<MachineTypeSettings> Types => types.Types;

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => embedded.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(string? machineType, CancellationToken cancellationToken)
    {
        if (IsOfThisHost(machineType))
            return embedded.DescribeAsync(cancellationToken);
        var lab = Open(machineType!);
        lab.Forget();
        return lab.DescribeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (IsOfThisHost(request.MachineType))
            return embedded.AcquireAsync(request, progress, cancellationToken);
        var lab = Open(request.MachineType!);
        lab.Forget();
        return lab.AcquireAsync(request, progress, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Only the embedded lab has snapshots; the claim of other machines says so.</remarks>
    public Task RequireSnapshotAsync(string name, int machines, CancellationToken cancellationToken) => embedded.RequireSnapshotAsync(name, machines, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var record = (await store.ListAsync(cancellationToken)).FirstOrDefault(n => n.Name == name);
        if (record is not null && types.TryGet(record.MachineType, out _))
            return await Open(record.MachineType).Provisioner.FindAsync(name, cancellationToken);
        return types.Types.FirstOrDefault(t => t.Machines.Any(m => m.Name == name)) is { } type
            ? await Open(type.Name).Provisioner.FindAsync(name, cancellationToken)
            : await embedded.FindAsync(name, cancellationToken);
    }

    /// <summary>The machines of one type, or of several, with their provisioner and the store.</summary>
    /// <param name="machineType">The type, or several as <see cref="MachineTypeText"/> reads them.</param>
    /// <exception cref="ConfigurationException">The site has no such type, or its keys are wrong.</exception>
    public LeasedLab Open(string machineType)
    {
        // Any of several types will do: one lab, so that one claim chooses among all of their machines.
        if (MachineTypeText.Parse(machineType) is { Count: > 1 } several)
            return Open(string.Join(',', several), () => new SeveralProvisioners([.. several.Select(type => Open(type).Provisioner)]));

        // Upstream's text
        if (!types.TryGet(machineType, out var settings))
            throw new ConfigurationException($"The machine_type '{machineType}' is not known to any of configured provisioners{NearMiss.Hint(machineType, [.. types.Types.Select(t => t.Name), "embedded"])}");
        return Open(machineType, () => FactoryOf(settings).Create(settings));
    }

    /// <summary>What each of the site's types can give now, found by probing; a type whose keys are wrong gives nothing, with the reason as its remedy.</summary>
    /// <param name="cancellationToken">Stops the probes.</param>
    public async Task<IReadOnlyList<LabOffer>> DescribeAllAsync(CancellationToken cancellationToken) => await Task.WhenAll(types.Types.Select(async type =>
    {
        try
        {
            return await DescribeAsync(type.Name, cancellationToken);
        }
        catch (TeuthologyException e)
        {
            return new LabOffer(type.Name, 0, LabFeatures.None, e.Message);
        }
    }));

    /// <summary>Takes away what machines shared, where none is left.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lab in _labs.Values)
            await lab.CloseAsync();
    }

    private LeasedLab Open(string name, Func<IProvisioner> make)
    {
        lock (_gate)
        {
            if (!_labs.TryGetValue(name, out var lab))
                _labs[name] = lab = new LeasedLab(make(), store, logs.CreateLogger<LeasedLab>());
            return lab;
        }
    }

    private bool IsOfThisHost(string? type) => type is null || (OfThisHost.Contains(type) && !types.TryGet(type, out _));

    private IProvisionerFactory FactoryOf(MachineTypeSettings type) => factories.LastOrDefault(f => f.Kind == type.Provisioner)
        ?? throw new ConfigurationException($"'machine_types.{type.Name}.provisioner' is '{type.Provisioner}'{NearMiss.Hint(type.Provisioner, [.. factories.Select(f => f.Kind)])}", type.Mark);
}
