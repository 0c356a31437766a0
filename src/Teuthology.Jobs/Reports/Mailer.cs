using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>Sends a job's mails by the site's <c>smtp_server</c>. A mail that cannot be sent is a warning in the log, never a failure of the job.</summary>
internal sealed class Mailer(SiteConfig site, ILogger log)
{
    /// <param name="from">Sender.</param>
    /// <param name="to">Addresses, commas between.</param>
    /// <param name="subject">One line; of more the first counts.</param>
    /// <param name="body">Plain text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the server took it.</returns>
    public async Task<bool> SendAsync(string from, string to, string subject, string body, CancellationToken cancellationToken)
    {
        try
        {
            await new SmtpMail(site).SendAsync(from, to, subject, body, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            JobLog.NotMailed(log, to, e.Message);
            return false;
        }
    }
}
