namespace Teuthology.Results;

/// <summary>Kinds of values that the results server tells apart.</summary>
internal enum ColumnKind
{
    /// <summary>Any JSON.</summary>
    Any,

    /// <summary>A text; numbers become one.</summary>
    Text,

    /// <summary>A whole number of 32 bits; fractions are rounded.</summary>
    Whole,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A time, <c>YYYY-MM-DD_HH:MM:SS</c> as told.</summary>
    Time,
}
