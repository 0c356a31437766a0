namespace Teuthology;

/// <summary>What a failure says about: the product, the test, the lab or the person who wrote the input.</summary>
public enum FailureKind
{
    /// <summary>The system under test misbehaved; a job with it ends <c>fail</c>.</summary>
    Product,

    /// <summary>The test itself failed or is broken (a command exited non-zero, a check did not hold); <c>fail</c>.</summary>
    Test,

    /// <summary>Machines, image or host failed us; the job ends <c>dead</c>.</summary>
    Infrastructure,

    /// <summary>Input is wrong: a suite, a job file, a setting. Exit code 2.</summary>
    Configuration,

    /// <summary>The connection to a machine is gone; the job ends <c>dead</c>, as upstream.</summary>
    ConnectionLost,

    /// <summary>A deadline passed; <c>fail</c>.</summary>
    Timeout,
}
