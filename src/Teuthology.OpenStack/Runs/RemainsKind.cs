namespace Teuthology.OpenStack;

/// <summary>What a run may leave, in the order in which it is deleted.</summary>
public enum RemainsKind
{
    /// <summary>A server.</summary>
    Server,

    /// <summary>A floating IP.</summary>
    FloatingIp,

    /// <summary>A port that was made before its server.</summary>
    Port,

    /// <summary>A volume.</summary>
    Volume,

    /// <summary>A key pair.</summary>
    KeyPair,

    /// <summary>A security group.</summary>
    SecurityGroup,

    /// <summary>An image.</summary>
    Image,
}
