using Teuthology.Jobs;

namespace Teuthology.Scheduling;

/// <summary>Tells by mail that a run could not be scheduled.</summary>
/// <param name="mail">Sends it.</param>
/// <param name="site">The site's configuration: <c>results_email</c>, <c>results_sending_email</c>.</param>
/// <param name="address">Who is told; null for the site's address, if it has one.</param>
/// <param name="told">Is told when that fails.</param>
public sealed class FailureMail(SmtpMail mail, SiteConfig site, string? address, Action<string> told)
{
    /// <summary>Nobody is told.</summary>
    public bool Off { get; init; }

    /// <summary>Sends it. A mail server that is away makes nothing worse.</summary>
    /// <param name="runName">Name of the run; empty when it has none yet.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SendAsync(string runName, string reason, CancellationToken cancellationToken)
    {
        if (Off || (address ?? site.ResultsEmail) is not { Length: > 0 } to)
            return;
        try
        {
            await mail.SendAsync(site.ResultsSendingEmail, to, $"Failed to schedule {runName}", reason, cancellationToken);
        }
        catch (TeuthologyException failure)
        {
            told(failure.Message);
        }
    }
}
