namespace Teuthology.OpenStack;

/// <summary>How a user shows Keystone who they are.</summary>
public enum AuthMethod
{
    /// <summary>Name (or id) and password.</summary>
    Password,

    /// <summary>An application credential: its id (or its name and user) and secret; it has its project by itself.</summary>
    ApplicationCredential,

    /// <summary>A token that was issued before. What comes of it expires when it does.</summary>
    Token,
}
