using Teuthology.Sql;

namespace Teuthology;

/// <summary>Where a site's stores are: locks, results and the queue in one PostgreSQL database, or in files.</summary>
public static class StorePlace
{
    /// <summary>Variable that names the place.</summary>
    public const string Variable = "TEUTHOLOGY_STORE";

    /// <summary>The store of a host's own lab, whose machines no other host knows.</summary>
    /// <param name="stateDirectory">Where the host keeps its state.</param>
    public static string OfHost(string stateDirectory) => Path.Combine(stateDirectory, "leases.db");

    /// <summary>What was told, TEUTHOLOGY_STORE before the site's <c>store</c>; else the host's own.</summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="stateDirectory">Where the host keeps its state.</param>
    /// <returns>A file's full path, or a PostgreSQL database.</returns>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    public static string Choose(Func<string, string?> environment, SiteConfig site, string stateDirectory)
    {
        var told = environment(Variable) is { Length: > 0 } variable ? (Place: variable, Name: Variable) : (Place: site.Store, Name: "'store'");
        try
        {
            return told.Place is null ? OfHost(stateDirectory) : Read(told.Place, environment("HOME"));
        }
        catch (ConfigurationException e)
        {
            throw new ConfigurationException($"{told.Name}: {e.Message}", told.Name == Variable ? null : site.All.MarkOf("store"), e);
        }
    }

    /// <summary>Where another store of the site is: the same database, else a file of its own in the state directory.</summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="stateDirectory">Where the host keeps its state.</param>
    /// <param name="file">Name of the file, <c>results.db</c>.</param>
    /// <returns>A file's full path, or a PostgreSQL database.</returns>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    public static string Choose(Func<string, string?> environment, SiteConfig site, string stateDirectory, string file) =>
        Choose(environment, site, stateDirectory) is var place && PostgresPlace.Is(place) ? place : Path.Combine(stateDirectory, file);

    private static string Read(string place, string? home)
    {
        if (PostgresPlace.Is(place))
        {
            PostgresPlace.Read(place);
            return place;
        }

        if (place.Contains("://", StringComparison.Ordinal))
            throw new ConfigurationException($"the store is a file, postgres://USER@HOST/DATABASE or Host=HOST;Database=DATABASE; it cannot be {place.Split("://")[0]}://…");
        home ??= Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return Path.GetFullPath(place is ['~', '/', .. var rest] ? Path.Combine(home, rest) : place);
    }
}
