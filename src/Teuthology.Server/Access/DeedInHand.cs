using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>The deed of a request, for who carries it out.</summary>
internal sealed class DeedInHand
{
    /// <summary>The deed; null where the request changes no machine.</summary>
    public Deed? Deed { get; set; }
}
