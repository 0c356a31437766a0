using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Jobs.Tests;

/// <summary>A mail server on loopback (RFC 5321) that keeps what it is sent; <paramref name="refusing"/> takes no recipient.</summary>
internal sealed class SmtpSink(bool refusing = false) : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _mails = [];
    private Task _serving = Task.CompletedTask;

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Envelopes and texts, as they came.</summary>
    public IReadOnlyList<string> Mails => _mails;

    public SmtpSink Start()
    {
        _listener.Start();
        _serving = Task.Run(ServeAsync);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            using var lines = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var answers = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
            await answers.WriteLineAsync("220 sink");
            var mail = new StringBuilder();
            while (await lines.ReadLineAsync() is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb is "MAIL" or "RCPT")
                    mail.AppendLine(line);
                if (verb == "DATA")
                {
                    await answers.WriteLineAsync("354 go on");
                    while (await lines.ReadLineAsync() is { } text and not ".")
                        mail.AppendLine(text);
                    _mails.Add(mail.ToString());
                    mail.Clear();
                }

                await answers.WriteLineAsync(verb switch { "RCPT" when refusing => "550 nobody here", "QUIT" => "221 bye", _ => "250 fine" });
                if (verb == "QUIT")
                    break;
            }
        }
    }
}
