using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Teuthology.Jobs;

/// <summary>Sends mails by the site's <c>smtp_server</c>.</summary>
/// <param name="site">The site's configuration.</param>
public sealed class SmtpMail(SiteConfig site)
{
    private const int SmtpPort = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends one.</summary>
    /// <param name="from">Sender; a name without a domain is one of the mail server's own.</param>
    /// <param name="to">Addresses, commas between.</param>
    /// <param name="subject">One line; of more the first counts.</param>
    /// <param name="body">Plain text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server is away, or does not take it.</exception>
    public Task SendAsync(string from, string to, string subject, string body, CancellationToken cancellationToken) =>
        SendAsync(from, to, subject, body, messageId: null, cancellationToken);

    /// <summary>Sends one that may be sent again: programs that get it twice know it by its id.</summary>
    /// <param name="from">Sender; a name without a domain is one of the mail server's own.</param>
    /// <param name="to">Addresses, commas between.</param>
    /// <param name="subject">One line; of more the first counts.</param>
    /// <param name="body">Plain text.</param>
    /// <param name="messageId">Its Message-ID, without brackets; null for a new one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the server is away, or does not take it.</exception>
    public async Task SendAsync(string from, string to, string subject, string body, string? messageId, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var message = new MimeMessage { Subject = subject.Split('\n')[0].Trim(), Body = new TextPart("plain") { Text = body } };
            if (messageId is not null)
                message.MessageId = messageId;
            message.From.Add(Address(from));
            message.To.AddRange(to.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Address));
            var (host, port) = Server();
            using var client = new SmtpClient();
            await client.ConnectAsync(host, port, SecureSocketOptions.StartTlsWhenAvailable, limit.Token);
            await client.SendAsync(message, limit.Token);
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var why = e is OperationCanceledException ? "it does not answer in time" : e.Message;
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot send a mail to {to} by {site.SmtpServer}: {why}", e);
        }
    }

    /// <summary>Whether a mail surely did not go out: nobody answered, or the server said no. Else it may have.</summary>
    /// <param name="failure">What <see cref="SendAsync(string, string, string, string, CancellationToken)"/> threw.</param>
    public static bool IsRefused(TeuthologyException failure) => failure?.InnerException is SmtpCommandException or System.Net.Sockets.SocketException;

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
