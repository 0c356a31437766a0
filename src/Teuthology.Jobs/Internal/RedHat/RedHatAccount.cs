namespace Teuthology.Jobs;

/// <summary>An account at Red Hat's CDN: the site's <c>cdn-config</c>.</summary>
/// <param name="ServerUrl">Where machines register.</param>
/// <param name="BaseUrl">Where packages come from.</param>
/// <param name="Name">Who registers.</param>
/// <param name="Password">By what.</param>
internal sealed record RedHatAccount(string ServerUrl, string BaseUrl, string Name, string Password);
