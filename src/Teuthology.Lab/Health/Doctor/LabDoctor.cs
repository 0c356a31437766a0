namespace Teuthology.Lab;

/// <summary>Says what is wrong with lab, host and machines, and how to mend it: <c>teuthology lab doctor</c>.</summary>
/// <param name="options">The embedded lab.</param>
/// <param name="provisioners">Its kinds, the most able first.</param>
/// <param name="store">Who holds which machine.</param>
/// <param name="site">The site's machine types; null when it has none, or its configuration cannot be read.</param>
/// <param name="time">Clock.</param>
public sealed class LabDoctor(LabOptions options, IEnumerable<IProvisioner> provisioners, LeaseStore store, SiteLab? site, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Looks at everything; each area at most two minutes.</summary>
    /// <param name="mend">Whether to mend what can be mended without harm.</param>
    /// <param name="progress">Told what is looked at; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was found, area by area.</returns>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(bool mend, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var kinds = provisioners.ToList();
        IExamination[] examinations =
        [
            new HostExamination(time),
            new SpaceExamination(options),
            new StoreExamination(store, kinds),
            new ImageExamination(kinds),
            new LeftoverExamination(options, kinds, store),
            new OrphanExamination(options),
            new MachineExamination(kinds, store),
            new ProvisionerExamination(options, kinds, site, time),
        ];
        var findings = new List<Finding>();
        foreach (var examination in examinations)
        {
            progress?.Report($"looking at {examination.Area}");
            foreach (var finding in await LookAsync(examination, cancellationToken))
                findings.Add(mend ? await MendAsync(finding, progress, cancellationToken) : finding);
        }

        return findings;
    }

    private static async Task<List<Finding>> LookAsync(IExamination examination, CancellationToken cancellationToken)
    {
        var found = new List<Finding>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await foreach (var finding in examination.ExamineAsync(patience.Token))
                found.Add(finding);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            found.Add(new Finding(examination.Area, FindingLevel.Trouble, $"there is no answer within {Patience.TotalSeconds:0} s"));
        }
        catch (Exception e) when (e is TeuthologyException or IOException or UnauthorizedAccessException)
        {
            found.Add(new Finding(examination.Area, FindingLevel.Trouble, e.Message));
        }

        return found;
    }

    private static async Task<Finding> MendAsync(Finding finding, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (finding.Mend is null)
            return finding;
        progress?.Report($"mending: {finding.What}");
        try
        {
            await finding.Mend(cancellationToken);
            return finding with { Mended = true };
        }
        catch (Exception e) when (e is TeuthologyException or IOException or UnauthorizedAccessException)
        {
            return finding with { MendFailure = e.Message };
        }
    }
}
