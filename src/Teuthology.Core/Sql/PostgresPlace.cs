using System.Globalization;
using Npgsql;

namespace Teuthology.Sql;

/// <summary>Reads how to reach a PostgreSQL database: <c>postgres://user@host:5432/database?sslmode=require</c>, or Npgsql's own <c>Host=…;Database=…</c>.</summary>
public static class PostgresPlace
{
    /// <summary>Whether a place is a PostgreSQL database and no file.</summary>
    /// <param name="place">The place.</param>
    public static bool Is(string place) =>
        IsUrl(place) || place.Split(';').Any(part => part.Split('=', 2) is [var key, _] && key.Trim().ToUpperInvariant() is "HOST" or "SERVER");

    /// <summary>How to connect.</summary>
    /// <param name="place">The place.</param>
    /// <param name="schema">The PostgreSQL schema of the tables, unless the place names another one as <c>Search Path</c>; null to leave it.</param>
    /// <exception cref="ConfigurationException">It makes no sense; the message has no password in it.</exception>
    public static NpgsqlConnectionStringBuilder Read(string place, string? schema = null)
    {
        try
        {
            var read = IsUrl(place) ? FromUrl(new Uri(place)) : new NpgsqlConnectionStringBuilder(place);
            if (string.IsNullOrEmpty(read.Host))
                throw new ConfigurationException("the store's place names no host: postgres://USER@HOST/DATABASE, or Host=HOST;Database=DATABASE");
            var given = read.Keys;
            read.SearchPath ??= schema;
            read.ApplicationName ??= "teuthology";
            if (!given.Contains("Timeout"))
                read.Timeout = 5;
            if (!given.Contains("Command Timeout"))
                read.CommandTimeout = 15;
            if (!given.Contains("Maximum Pool Size") && !given.Contains("Max Pool Size"))
                read.MaxPoolSize = 20;
            if (!given.Contains("Max Auto Prepare"))
                (read.MaxAutoPrepare, read.AutoPrepareMinUsages) = (60, 2);
            if (!given.Contains("Keepalive") && !given.Contains("Tcp Keepalive"))
                (read.TcpKeepAlive, read.TcpKeepAliveTime, read.TcpKeepAliveInterval) = (true, 10, 5);
            return read;
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or FormatException)
        {
            throw new ConfigurationException($"the store's place cannot be read: {e.Message.TrimEnd('.')}. It is a file's path, postgres://USER@HOST/DATABASE, or Host=HOST;Database=DATABASE", inner: e);
        }
    }

    private static bool IsUrl(string place) => place.StartsWith("postgres://", StringComparison.Ordinal) || place.StartsWith("postgresql://", StringComparison.Ordinal);

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var read = new NpgsqlConnectionStringBuilder { Host = url.Host.Trim('[', ']') };
        if (url.Port > 0)
            read.Port = url.Port;
        if (url.AbsolutePath.Trim('/') is { Length: > 0 } database)
            read.Database = Uri.UnescapeDataString(database);
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            read.Username = Uri.UnescapeDataString(user);
            if (password is [var secret])
                read.Password = Uri.UnescapeDataString(secret);
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var name, var text] ? (name, Uri.UnescapeDataString(text)) : throw new FormatException($"'{pair}' in the URL has no value");
            read[key switch { "sslmode" => "SSL Mode", "connect_timeout" => "Timeout", "application_name" => "Application Name", "options" => "Options", _ => key }] =
                key == "sslmode" ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(value.Replace('-', ' ')).Replace(" ", "", StringComparison.Ordinal) : value;
        }

        return read;
    }
}
