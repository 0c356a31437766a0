namespace Teuthology.Tasks;

/// <summary>Names for pools that tasks make: <c>unique_pool_0</c> and so on through a job.</summary>
public sealed class PoolNames
{
    private int _last = -1;

    /// <summary>A name not given before in this job.</summary>
    public string Next() => $"unique_pool_{Interlocked.Increment(ref _last)}";
}
