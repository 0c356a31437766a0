namespace Teuthology.OpenStack;

/// <summary>Finds out which cloud is meant, and who asks.</summary>
public static class OpenStackConfiguration
{
    /// <summary>
    /// The first there is of: the cloud named by <paramref name="cloud"/>, the file <paramref name="openrc"/>, the cloud named by <c>OS_CLOUD</c>, the variables
    /// <c>OS_AUTH_URL</c> and its kin, the only cloud of clouds.yaml.
    /// </summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <param name="cloud">A cloud of clouds.yaml, or null.</param>
    /// <param name="openrc">An openrc.sh, or null.</param>
    /// <param name="directory">Where clouds.yaml is looked for first; null is the working directory.</param>
    /// <exception cref="ConfigurationException">None is named, or what is there is wrong or not enough.</exception>
    public static OpenStackCredentials Load(Func<string, string?> environment, string? cloud = null, string? openrc = null, string? directory = null)
    {
        directory ??= Environment.CurrentDirectory;
        if (cloud is { Length: > 0 })
            return CloudsFile.Find(environment, directory).Credentials(cloud);
        if (openrc is { Length: > 0 })
        {
            var variables = OpenrcFile.Read(openrc, environment);
            return CredentialReader.FromVariables(name => variables.GetValueOrDefault(name) ?? environment(name), openrc);
        }

        if (environment("OS_CLOUD") is { Length: > 0 } named)
            return CloudsFile.Find(environment, directory).Credentials(named);
        if (environment("OS_AUTH_URL") is { Length: > 0 })
            return CredentialReader.FromVariables(environment, "the variables OS_*");
        var files = CloudsFile.Find(environment, directory);
        return files.Names.Count switch
        {
            1 => files.Credentials(files.Names[0]),
            0 => throw new ConfigurationException($"no cloud is configured: source an openrc.sh (OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME), or write a clouds.yaml into one of {string.Join(", ", CloudsFile.Directories(environment, directory))} and set OS_CLOUD"),
            _ => throw new ConfigurationException($"{files.File} has several clouds ({string.Join(", ", files.Names)}): say which by OS_CLOUD"),
        };
    }
}
