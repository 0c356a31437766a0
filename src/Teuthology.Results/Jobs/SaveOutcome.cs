namespace Teuthology.Results;

/// <summary>What became of a change of a job.</summary>
public enum SaveOutcome
{
    /// <summary>It is written.</summary>
    Saved,

    /// <summary>Refused: there is a job of that id.</summary>
    Exists,

    /// <summary>Refused: there is no job of that id.</summary>
    Missing,

    /// <summary>It no longer applied.</summary>
    Passed,
}
