using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Picks the machines that a verb may touch: those that its user holds.</summary>
internal static class HeldMachines
{
    /// <summary>The named machines, or without names all that <paramref name="owner"/> holds by <c>lab up</c>, in the lab's order.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="names">Names; may be empty.</param>
    /// <param name="owner">Who asks.</param>
    /// <param name="force">Whether those of others will do.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <exception cref="ConfigurationException">One is held by nobody or by somebody else.</exception>
    public static async Task<IReadOnlyList<string>> ChooseAsync(LeasedLab lab, IEnumerable<string> names, string owner, bool force, CancellationToken cancellationToken)
    {
        var records = (await lab.Store.ListAsync(cancellationToken)).Where(node => node.MachineType == lab.Provisioner.Kind).ToList();
        var chosen = names.Distinct(StringComparer.Ordinal).ToList();
        if (chosen.Count == 0)
        {
            chosen = [.. records.Where(node => LabVerb.IsByHand(node, owner)).Select(node => node.Name)];
            return chosen.Count > 0 ? chosen : throw new ConfigurationException("you hold no machine; `teuthology lab up` makes some");
        }

        foreach (var name in chosen)
        {
            LabVerb.RequireName(lab, name);
            var record = records.Find(node => node.Name == name);
            if (record?.Locked != true)
                throw new ConfigurationException($"{name} is held by nobody; `teuthology lab up` holds machines for you");
            if (!LabVerb.IsByHand(record, owner) && !force)
                throw new ConfigurationException($"{name} is held by {record.LockedBy} for {record.Description}; --force does it all the same");
        }

        return chosen;
    }
}
