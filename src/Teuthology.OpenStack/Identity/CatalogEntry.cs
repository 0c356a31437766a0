namespace Teuthology.OpenStack;

/// <summary>An address of a service.</summary>
/// <param name="Type">Type of the service: <c>compute</c>.</param>
/// <param name="Name">Its name: <c>nova</c>.</param>
/// <param name="Interface"><c>public</c>, <c>internal</c> or <c>admin</c>.</param>
/// <param name="Region">Region.</param>
/// <param name="Url">Address.</param>
public sealed record CatalogEntry(string Type, string Name, string Interface, string Region, string Url);
