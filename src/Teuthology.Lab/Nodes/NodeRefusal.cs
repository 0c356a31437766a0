namespace Teuthology.Lab;

/// <summary>Why a directory of machines refused; each has its HTTP status on the wire.</summary>
public enum NodeRefusal
{
    /// <summary>The request makes no sense; 400.</summary>
    Invalid,

    /// <summary>The machine is locked, or not locked, or by somebody else; 403.</summary>
    Conflict,

    /// <summary>There is no such machine; 404.</summary>
    NotFound,

    /// <summary>Too few machines are free; 503.</summary>
    Insufficient,
}
