namespace Teuthology.OpenStack;

/// <summary>Makes credentials of keys as clouds.yaml calls them.</summary>
internal static class CredentialReader
{
    private static readonly string[] Services = ["compute", "image", "volume", "volumev3", "block_storage", "network", "identity", "placement"];

    // What variables are called that differ from clouds.yaml in more than OS_ and capitals.
    private static readonly (string Key, string[] Variables)[] Variables =
    [
        ("auth_url", ["OS_AUTH_URL"]), ("auth_type", ["OS_AUTH_TYPE", "OS_AUTH_PLUGIN"]), ("username", ["OS_USERNAME"]), ("user_id", ["OS_USER_ID"]), ("password", ["OS_PASSWORD"]),
        ("project_name", ["OS_PROJECT_NAME", "OS_TENANT_NAME"]), ("project_id", ["OS_PROJECT_ID", "OS_TENANT_ID"]),
        ("user_domain_name", ["OS_USER_DOMAIN_NAME", "OS_DEFAULT_DOMAIN_NAME"]), ("user_domain_id", ["OS_USER_DOMAIN_ID", "OS_DEFAULT_DOMAIN_ID", "OS_DEFAULT_DOMAIN"]),
        ("project_domain_name", ["OS_PROJECT_DOMAIN_NAME", "OS_DEFAULT_DOMAIN_NAME"]), ("project_domain_id", ["OS_PROJECT_DOMAIN_ID", "OS_DEFAULT_DOMAIN_ID", "OS_DEFAULT_DOMAIN"]),
        ("application_credential_id", ["OS_APPLICATION_CREDENTIAL_ID"]), ("application_credential_name", ["OS_APPLICATION_CREDENTIAL_NAME"]),
        ("application_credential_secret", ["OS_APPLICATION_CREDENTIAL_SECRET"]), ("token", ["OS_TOKEN", "OS_AUTH_TOKEN"]), ("region_name", ["OS_REGION_NAME"]),
        ("interface", ["OS_INTERFACE", "OS_ENDPOINT_TYPE"]), ("cacert", ["OS_CACERT"]), ("cert", ["OS_CERT"]), ("key", ["OS_KEY"]), ("insecure", ["OS_INSECURE"]),
        .. Services.Select(s => ($"{s}_endpoint_override", new[] { $"OS_{s.ToUpperInvariant()}_ENDPOINT_OVERRIDE" })),
    ];

    /// <summary>Of <c>OS_*</c> variables.</summary>
    /// <param name="variable">Gives one.</param>
    /// <param name="source">What messages call them.</param>
    public static OpenStackCredentials FromVariables(Func<string, string?> variable, string source)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, names) in Variables)
        {
            if (names.Select(variable).FirstOrDefault(v => v is { Length: > 0 }) is { } value)
                keys[key] = value;
        }

        return FromKeys(keys, [], source, key => Variables.First(v => v.Key == key).Variables[0]);
    }

    /// <summary>Of keys.</summary>
    /// <param name="keys">Those of <c>auth</c> and of the cloud itself.</param>
    /// <param name="networks">Names of networks.</param>
    /// <param name="source">What messages call them.</param>
    /// <param name="called">What a key is called there.</param>
    /// <exception cref="ConfigurationException">They are wrong or not enough.</exception>
    public static OpenStackCredentials FromKeys(IReadOnlyDictionary<string, string> keys, IReadOnlyList<string> networks, string source, Func<string, string> called)
    {
        string? Key(string name) => keys.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
        ConfigurationException Wrong(string what) => new($"{source}: {what}");

        var method = MethodOf(Key, type => Wrong($"{called("auth_type")} '{type}' is not known; known are password, v3applicationcredential and token"));
        var credentials = new OpenStackCredentials
        {
            AuthUrl = AuthUrl(Key("auth_url") ?? throw Wrong($"{called("auth_url")} is missing: the address of Keystone, e.g. https://cloud.example.com:5000/v3"), Wrong),
            Method = method,
            Username = Key("username"),
            UserId = Key("user_id"),
            UserDomainName = Key("user_domain_name"),
            UserDomainId = Key("user_domain_id"),
            Password = Key("password"),
            ProjectName = Key("project_name"),
            ProjectId = Key("project_id"),
            ProjectDomainName = Key("project_domain_name"),
            ProjectDomainId = Key("project_domain_id"),
            ApplicationCredentialId = Key("application_credential_id"),
            ApplicationCredentialName = Key("application_credential_name"),
            ApplicationCredentialSecret = Key("application_credential_secret"),
            Token = Key("token"),
            Region = Key("region_name"),
            Interface = InterfaceOf(Key("interface"), what => Wrong($"{called("interface")} '{what}' is not known; there are public, internal and admin")),
            EndpointOverrides = Overrides(Key, Wrong),
            CaFile = Key("cacert"),
            Verify = Flag(Key("verify")) ?? !(Flag(Key("insecure")) ?? false),
            CertificateFile = Key("cert"),
            KeyFile = Key("key"),
            DefaultNetworks = networks,
            Source = source,
        };
        return Missing(credentials) is { } missing ? throw Wrong($"{called(missing)} is missing, which authentication by {Words(method)} needs") : credentials;
    }

    /// <summary>Keystone's v3 address: v2 is long gone, and an old openrc works on.</summary>
    private static Uri AuthUrl(string text, Func<string, ConfigurationException> wrong)
    {
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw wrong($"'{text}' is no address of Keystone; one looks like https://cloud.example.com:5000/v3");
        var path = url.AbsolutePath.TrimEnd('/');
        var root = path.EndsWith("/v2.0", StringComparison.Ordinal) ? path[..^5] : path.EndsWith("/v2", StringComparison.Ordinal) || path.EndsWith("/v3", StringComparison.Ordinal) ? path[..^3] : path;
        return new UriBuilder(url) { Path = $"{root}/v3", Query = "" }.Uri;
    }

    private static AuthMethod MethodOf(Func<string, string?> key, Func<string, ConfigurationException> unknown) => key("auth_type") switch
    {
        null => key("application_credential_id") is not null || key("application_credential_name") is not null ? AuthMethod.ApplicationCredential
            : key("token") is not null && key("password") is null ? AuthMethod.Token
            : AuthMethod.Password,
        "password" or "v3password" or "v2password" => AuthMethod.Password,
        "v3applicationcredential" => AuthMethod.ApplicationCredential,
        "token" or "v3token" or "v2token" => AuthMethod.Token,
        var other => throw unknown(other),
    };

    private static string? Missing(OpenStackCredentials c) => c.Method switch
    {
        AuthMethod.Password => c is { Username: null, UserId: null } ? "username" : c.Password is null ? "password" : c is { ProjectName: null, ProjectId: null } ? "project_name" : null,
        AuthMethod.ApplicationCredential => c is { ApplicationCredentialId: null, ApplicationCredentialName: null } ? "application_credential_id"
            : c.ApplicationCredentialSecret is null ? "application_credential_secret"
            : c is { ApplicationCredentialId: null, Username: null, UserId: null } ? "username" : null,
        _ => c.Token is null ? "token" : null,
    };

    private static string Words(AuthMethod method) => method switch
    {
        AuthMethod.Password => "password",
        AuthMethod.ApplicationCredential => "application credential",
        _ => "token",
    };

    private static string InterfaceOf(string? text, Func<string, ConfigurationException> unknown) => text switch
    {
        null => "public",
        _ when text.EndsWith("URL", StringComparison.Ordinal) => InterfaceOf(text[..^3], unknown),
        "public" or "internal" or "admin" => text,
        _ => throw unknown(text),
    };

    private static Dictionary<string, Uri> Overrides(Func<string, string?> key, Func<string, ConfigurationException> wrong)
    {
        var all = new Dictionary<string, Uri>(StringComparer.Ordinal);
        foreach (var service in Services)
        {
            if (key($"{service}_endpoint_override") is not { } text)
                continue;
            all[service.Replace('_', '-')] = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw wrong($"'{text}' of {service}_endpoint_override is no address");
        }

        return all;
    }

    private static bool? Flag(string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "1" or "yes" or "on" => true,
        _ => false,
    };
}
