namespace Teuthology.Results;

/// <summary>What a change of a job expects to find.</summary>
internal enum SaveMode
{
    /// <summary>The job, or none.</summary>
    Any,

    /// <summary>No job of that id.</summary>
    New,

    /// <summary>A job of that id.</summary>
    There,
}
