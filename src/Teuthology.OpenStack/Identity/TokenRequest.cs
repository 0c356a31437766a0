using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>What Keystone v3 is sent for a token: identity and scope.</summary>
internal static class TokenRequest
{
    public static JsonObject Of(OpenStackCredentials credentials)
    {
        var auth = new JsonObject { ["identity"] = Identity(credentials) };

        // An application credential has its project by itself, and Keystone refuses to be told one.
        if (credentials.Method != AuthMethod.ApplicationCredential && Scope(credentials) is { } scope)
            auth["scope"] = scope;
        return new JsonObject { ["auth"] = auth };
    }

    private static JsonObject Identity(OpenStackCredentials c) => c.Method switch
    {
        AuthMethod.Password => Method("password", new JsonObject { ["user"] = User(c, c.Password) }),
        AuthMethod.Token => Method("token", new JsonObject { ["id"] = c.Token }),
        _ when c.ApplicationCredentialId is { } id => Method("application_credential", new JsonObject { ["id"] = id, ["secret"] = c.ApplicationCredentialSecret }),
        _ => Method("application_credential", new JsonObject { ["name"] = c.ApplicationCredentialName, ["secret"] = c.ApplicationCredentialSecret, ["user"] = User(c, null) }),
    };

    private static JsonObject Method(string name, JsonObject what) => new() { ["methods"] = new JsonArray(name), [name] = what };

    private static JsonObject User(OpenStackCredentials c, string? password)
    {
        var user = c.UserId is { } id
            ? new JsonObject { ["id"] = id }
            : new JsonObject { ["name"] = c.Username, ["domain"] = Domain(c.UserDomainId, c.UserDomainName) };
        if (password is not null)
            user["password"] = password;
        return user;
    }

    private static JsonObject? Scope(OpenStackCredentials c) => c switch
    {
        { ProjectId: { } id } => new JsonObject { ["project"] = new JsonObject { ["id"] = id } },
        { ProjectName: { } name } => new JsonObject { ["project"] = new JsonObject { ["name"] = name, ["domain"] = Domain(c.ProjectDomainId, c.ProjectDomainName) } },
        _ => null,
    };

    private static JsonObject Domain(string? id, string? name) =>
        id is null && name is not null ? new JsonObject { ["name"] = name } : new JsonObject { ["id"] = id ?? "default" };
}
