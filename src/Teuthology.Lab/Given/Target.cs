using System.Net;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>A machine that a job file names: <c>user@host: ssh-ed25519 AAAA…</c>, the key possibly left out.</summary>
/// <param name="User">Login user.</param>
/// <param name="Host">Host name, in full.</param>
/// <param name="HostKey">Its public host key, <c>type base64</c>; null when the job file tells none or says <c>sshkeys: ignore</c>.</param>
public sealed record Target(string User, string Host, string? HostKey)
{
    /// <summary>The part of <see cref="Host"/> before the first dot; of an address all of it.</summary>
    public string ShortName => IPAddress.TryParse(Host, out _) ? Host : Host.Split('.')[0];

    /// <summary>Reads the section <c>targets</c> of a job; empty when there is none.</summary>
    /// <param name="job">The job.</param>
    /// <param name="site">Gives the user and the domain of bare names.</param>
    /// <exception cref="ConfigurationException">The section makes no sense.</exception>
    public static IReadOnlyList<Target> Read(YamlMap job, SiteConfig site)
    {
        switch (job.Get("targets"))
        {
            case null:
                return [];
            case YamlMap map:
                var ignoreKeys = job.Get("sshkeys") is "ignore";
                return [.. map.Select(entry => Read(entry.Key, ignoreKeys ? null : entry.Value, map.MarkOf(entry.Key), site))];
            default:
                throw new ConfigurationException("'targets' must be a mapping of user@host to host key", job.MarkOf("targets"));
        }
    }

    /// <summary>Name of a machine as lock servers have it: without a user, a bare name with the lab's domain.</summary>
    /// <param name="name">As people write it: <c>smithi001</c>, <c>ubuntu@smithi001.example.com</c>.</param>
    /// <param name="site">Gives the domain.</param>
    public static string FullName(string name, SiteConfig site)
    {
        var host = name[(name.LastIndexOf('@') + 1)..];
        return site.LabDomain.Length > 0 && !host.Contains('.', StringComparison.Ordinal) && !IPAddress.TryParse(host, out _)
            ? $"{host}.{site.LabDomain.TrimStart('.')}"
            : host;
    }

    private static Target Read(object name, object? key, YamlMark? mark, SiteConfig site)
    {
        if (name is not string { Length: > 0 } text || key is not (null or string))
            throw new ConfigurationException("a target is `user@host: type base64`, its public host key, or `user@host:` without one", mark);
        var at = text.LastIndexOf('@');
        var (user, host) = at < 0 ? (site.TestUser, text) : (text[..at], text[(at + 1)..]);
        if (user.Length == 0 || host.Length == 0)
            throw new ConfigurationException($"target '{text}' lacks its {(host.Length == 0 ? "host" : "user")}; a target is user@host", mark);
        return new Target(user, FullName(host, site), (key as string)?.Trim() is { Length: > 0 } given ? given : null);
    }
}
