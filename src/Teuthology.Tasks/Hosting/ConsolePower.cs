using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Switches physical hosts by their consoles, for reimagers that have hosts boot from the network: IPMI, with the site's keys.</summary>
/// <param name="site">The site's keys.</param>
/// <param name="logs">Where is told what is switched.</param>
/// <param name="time">Clock.</param>
internal sealed class ConsolePower(SiteConfig site, ILoggerFactory logs, TimeProvider time) : IMachinePower
{
    /// <inheritdoc/>
    /// <remarks>The login prompt is not waited for: a host that was just imaged may call itself by another name.</remarks>
    public Task SetAsync(string host, bool on, CancellationToken cancellationToken)
    {
        var ipmi = IpmiOptions.Of(site);
        return ipmi is { User: not null, Password: not null, Domain: not null }
            ? ConsoleChoice.Of(host, null, ipmi with { WaitForLogin = false }, time, logs.CreateLogger("teuthology.orchestra.console")).SetPowerAsync(on, cancellationToken)
            : throw new ConfigurationException($"{host} cannot be switched {(on ? "on" : "off")}: ipmi_user, ipmi_password and ipmi_domain must be set in .teuthology.yaml");
    }
}
