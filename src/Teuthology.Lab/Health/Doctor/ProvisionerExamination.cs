using System.Globalization;
using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>What each kind of machine can give here.</summary>
internal sealed class ProvisionerExamination(LabOptions options, IReadOnlyList<IProvisioner> kinds, SiteLab? site, TimeProvider time) : IExamination
{
    public string Area => "provisioners";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var offers = await Task.WhenAll(kinds.Select(kind => kind.DescribeAsync(cancellationToken)));
        var works = offers.Any(o => o.Machines > 0);
        foreach (var offer in offers)
        {
            // One that works is enough: root has no use for the others
            var asked = options.Kind == offer.Kind || (options.Kind == "auto" && !works);
            yield return offer.Machines > 0
                ? Finding.Well(Area, string.Create(CultureInfo.InvariantCulture, $"the {offer.Kind} lab gives up to {offer.Machines} machines with {offer.Features}"))
                : new Finding(Area, asked ? FindingLevel.Trouble : FindingLevel.Well, $"the {offer.Kind} lab gives none: {offer.Remedy}", asked ? offer.Remedy : null);
        }

        foreach (var offer in site is null ? [] : await site.DescribeAllAsync(cancellationToken))
        {
            yield return offer.Machines > 0
                ? Finding.Well(Area, string.Create(CultureInfo.InvariantCulture, $"machine type {offer.Kind}: {offer.Machines} machines"))
                : new Finding(Area, FindingLevel.Trouble, $"machine type {offer.Kind} gives no machines: {offer.Remedy}", offer.Remedy);
        }

        if (time.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
            yield return new Finding(Area, FindingLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"the probes took {time.GetElapsedTime(since).TotalSeconds:0} s: every run waits as long"));
    }
}
