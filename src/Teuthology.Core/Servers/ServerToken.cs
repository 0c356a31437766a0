namespace Teuthology;

/// <summary>The token that servers are shown by this user's programs.</summary>
public static class ServerToken
{
    /// <summary>Variable that holds it.</summary>
    public const string Variable = "TEUTHOLOGY_TOKEN";

    /// <summary>TEUTHOLOGY_TOKEN, else the site's <c>server_token</c>.</summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ConfigurationException">The site's configuration makes no sense.</exception>
    public static string? Choose(Func<string, string?> environment) =>
        environment(Variable) is { Length: > 0 } token ? token : SiteConfig.Load(environment).All.Get("server_token") as string;
}
