namespace Teuthology.OpenStack;

/// <summary>Compares what somebody is about to make with what the project may still have, before the first server.</summary>
/// <param name="cloud">The cloud.</param>
public sealed class QuotaCheck(OpenStackCloud cloud)
{
    /// <summary>The limits that are too low; empty when all is well. Only services that something is needed of are asked.</summary>
    /// <param name="need">What is needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<QuotaLack>> LacksAsync(ResourceNeed need, CancellationToken cancellationToken)
    {
        var lacks = new List<QuotaLack>();
        void Compare(string resource, int needed, int used, int limit)
        {
            if (needed > 0 && limit >= 0 && (long)needed + used > limit)
                lacks.Add(new QuotaLack(resource, needed, used, limit));
        }

        if (need.Servers + need.Cores + need.Ram > 0)
        {
            var nova = await cloud.Compute.LimitsAsync(cancellationToken);
            Compare("servers", need.Servers, nova.InstancesUsed, nova.MaxInstances);
            Compare("cores", need.Cores, nova.CoresUsed, nova.MaxCores);
            Compare("MiB of memory", need.Ram, nova.RamUsed, nova.MaxRam);
        }

        if (need.Volumes + need.Gigabytes > 0)
        {
            var cinder = await cloud.Volumes.LimitsAsync(cancellationToken);
            Compare("volumes", need.Volumes, cinder.VolumesUsed, cinder.MaxVolumes);
            Compare("GiB of volumes", need.Gigabytes, cinder.GigabytesUsed, cinder.MaxGigabytes);
        }

        if (need.FloatingIps + need.Ports + need.SecurityGroups > 0)
        {
            var neutron = await cloud.Network.QuotaAsync(cancellationToken);
            foreach (var (key, resource, needed) in ((string, string, int)[])[("floatingip", "floating IPs", need.FloatingIps), ("port", "ports", need.Ports), ("security_group", "security groups", need.SecurityGroups)])
            {
                if (neutron.TryGetValue(key, out var quota))
                    Compare(resource, needed, quota.Used + quota.Reserved, quota.Limit);
            }
        }

        return lacks;
    }

    /// <summary>Throws unless all is well.</summary>
    /// <param name="need">What is needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QuotaExceededException">Limits are too low; the message has each, and how much is missing.</exception>
    public async Task RequireAsync(ResourceNeed need, CancellationToken cancellationToken)
    {
        var lacks = await LacksAsync(need, cancellationToken);
        if (lacks.Count > 0)
            throw new QuotaExceededException($"the quota of project {(await cloud.TokenAsync(cancellationToken)).ProjectName} does not suffice: {string.Join("; ", lacks)}. Delete what is not needed (`teuthology openstack gc` finds what dead runs left), take fewer or smaller machines, or ask for more quota");
    }
}
