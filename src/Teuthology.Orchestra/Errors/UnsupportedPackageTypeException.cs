namespace Teuthology.Orchestra;

/// <summary>A host has a kind of packages that is not known here: <c>os.package_type 'x' on USER@HOST</c>; upstream's <c>UnsupportedPackageTypeError</c>.</summary>
/// <param name="remote">The host.</param>
/// <param name="packageType">The kind, or what the distribution is called.</param>
public sealed class UnsupportedPackageTypeException(Remote remote, string packageType)
    : TeuthologyException(FailureKind.Configuration, $"os.package_type {PythonRepr.Of(packageType)} on {remote.Name}");
