namespace Teuthology.Lab;

/// <summary>A kind of machines without kernels of their own, some of which can be virtual machines that have one.</summary>
public interface IGuestMachines
{
    /// <summary>How many at once; 0 when this host can have none.</summary>
    int MostGuests { get; }

    /// <summary>Why there are none, or how to get more.</summary>
    string GuestRemedy { get; }
}
