namespace Teuthology.Lab;

/// <summary>Operating systems of jobs that name none, and what Ubuntu's versions are called; both as upstream has them.</summary>
internal static class DefaultSystems
{
    private static readonly Dictionary<string, string> Versions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ubuntu"] = "22.04", ["fedora"] = "25", ["centos"] = "9.stream", ["opensuse"] = "15.6", ["sle"] = "15.2", ["rhel"] = "8.6", ["rocky"] = "9.7", ["alma"] = "9.7", ["debian"] = "8.0",
    };

    private static readonly Dictionary<string, string> Codenames = new(StringComparer.Ordinal)
    {
        ["26.04"] = "resolute", ["24.04"] = "noble", ["22.04"] = "jammy", ["20.04"] = "focal", ["18.04"] = "bionic", ["16.04"] = "xenial", ["14.04"] = "trusty",
    };

    /// <summary>The system of a job that names none.</summary>
    public const string OsType = "ubuntu";

    /// <summary>Its version; null for a system that upstream does not know.</summary>
    public static string? VersionOf(string osType) => Versions.GetValueOrDefault(osType);

    /// <summary>What a version of Ubuntu is called; a name stays what it is, and a version that is not known as well.</summary>
    public static string CodenameOf(string version) => Codenames.GetValueOrDefault(version, version);
}
