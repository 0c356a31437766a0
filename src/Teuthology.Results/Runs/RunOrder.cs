namespace Teuthology.Results;

/// <summary>In which order runs are listed.</summary>
public enum RunOrder
{
    /// <summary>The one that the store heard of last comes first.</summary>
    NewestPosted,

    /// <summary>The one that was started last, by its name, comes first.</summary>
    NewestScheduled,

    /// <summary>The one that was started first, by its name, comes first.</summary>
    OldestScheduled,

    /// <summary>As the store came to know them.</summary>
    Known,
}
