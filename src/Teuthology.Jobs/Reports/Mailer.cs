using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Teuthology.Jobs;

/// <summary>Sends a job's mails by the site's <c>smtp_server</c>. A mail that cannot be sent is a warning in the log, never a failure of the job.</summary>
internal sealed class Mailer(SiteConfig site, ILogger log)
{
    private const int SmtpPort = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="from">Sender.</param>
    /// <param name="to">Addresses, commas between.</param>
    /// <param name="subject">One line; of more the first counts.</param>
    /// <param name="body">Plain text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the server took it.</returns>
    public async Task<bool> SendAsync(string from, string to, string subject, string body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var message = new MimeMessage { Subject = subject.Split('\n')[0].Trim(), Body = new TextPart("plain") { Text = body } };
            message.From.Add(Address(from));
            message.To.AddRange(to.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Address));
            var (host, port) = Server();
            using var client = new SmtpClient();
            await client.ConnectAsync(host, port, SecureSocketOptions.StartTlsWhenAvailable, limit.Token);
            await client.SendAsync(message, limit.Token);
            await client.DisconnectAsync(quit: true, limit.Token);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            JobLog.NotMailed(log, to, e.Message);
            return false;
        }
    }

    // Local names such as upstream's sender "teuthology" have no domain.
    private static MailboxAddress Address(string text) =>
        MailboxAddress.TryParse(text, out var address) ? address : new MailboxAddress(text, text.Replace(' ', '_'));

    private (string Host, int Port) Server()
    {
        var colon = site.SmtpServer.LastIndexOf(':');
        return colon > 0 && int.TryParse(site.SmtpServer.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (site.SmtpServer[..colon], port)
            : (site.SmtpServer, SmtpPort);
    }
}
