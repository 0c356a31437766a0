using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.OpenStack;

namespace Teuthology.Cli;

/// <summary>Credentials as a clouds.yaml, whatever they were read from.</summary>
internal static class CredentialsFile
{
    /// <summary>Name of the only cloud in it.</summary>
    public const string Cloud = "controller";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes it: JSON, which is YAML too.</summary>
    /// <param name="credentials">Who asks which cloud.</param>
    /// <param name="files">Gives the name under which a file of this host, such as a certificate, is found beside the credentials.</param>
    public static string Text(OpenStackCredentials credentials, Func<string, string> files)
    {
        var auth = Some(
            ("auth_url", credentials.AuthUrl.ToString()), ("username", credentials.Username), ("user_id", credentials.UserId), ("password", credentials.Password),
            ("user_domain_name", credentials.UserDomainName), ("user_domain_id", credentials.UserDomainId), ("project_name", credentials.ProjectName), ("project_id", credentials.ProjectId),
            ("project_domain_name", credentials.ProjectDomainName), ("project_domain_id", credentials.ProjectDomainId), ("application_credential_id", credentials.ApplicationCredentialId),
            ("application_credential_name", credentials.ApplicationCredentialName), ("application_credential_secret", credentials.ApplicationCredentialSecret), ("token", credentials.Token));
        var type = credentials.Method switch { AuthMethod.Password => "password", AuthMethod.ApplicationCredential => "v3applicationcredential", _ => "token" };
        var cloud = Some(
            ("auth_type", type), ("region_name", credentials.Region), ("interface", credentials.Interface),
            ("cacert", credentials.CaFile is { } ca ? files(ca) : null), ("cert", credentials.CertificateFile is { } cert ? files(cert) : null), ("key", credentials.KeyFile is { } key ? files(key) : null));
        cloud["auth"] = auth;
        cloud["verify"] = credentials.Verify;
        foreach (var (service, address) in credentials.EndpointOverrides)
            cloud[$"{service.Replace('-', '_')}_endpoint_override"] = address.ToString();
        if (credentials.DefaultNetworks.Count > 0)
            cloud["networks"] = new JsonArray([.. credentials.DefaultNetworks.Select(name => (JsonNode)new JsonObject { ["name"] = name })]);
        return new JsonObject { ["clouds"] = new JsonObject { [Cloud] = cloud } }.ToJsonString(Indented);
    }

    private static JsonObject Some(params IEnumerable<(string Key, string? Value)> pairs) => new(pairs.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
