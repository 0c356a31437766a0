namespace Teuthology.Suites;

/// <summary>How the jobs of a suite are written.</summary>
public enum SuiteFormat
{
    /// <summary>Descriptions, one a line; merged jobs as YAML documents.</summary>
    Text,

    /// <summary>One JSON object a line: <c>description</c>, <c>paths</c>, merged also <c>config</c>.</summary>
    Json,
}
