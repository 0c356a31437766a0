namespace Teuthology.Lab;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Well,

    /// <summary>The lab works, but not with all it could have.</summary>
    Warning,

    /// <summary>Jobs fail, wait for ever, or leave things behind because of it.</summary>
    Trouble,
}
