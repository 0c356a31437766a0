using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Teuthology.Scheduling;

/// <summary>
/// What became of the mail about a run: noted in its archive before the mail is sent and after it. Whoever dies in between leaves a mail of which nobody knows
/// whether it went; it is sent once more, with the same Message-ID, and then no more.
/// </summary>
/// <param name="archive">Archive directory of the run.</param>
/// <param name="runName">Name of the run.</param>
/// <param name="to">Who gets the mail.</param>
/// <param name="time">Clock.</param>
internal sealed class MailNote(string archive, string runName, string to, TimeProvider time)
{
    private const int MostTries = 2;
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>The mail's id, the same for the same run and address.</summary>
    public string MessageId { get; } = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runName}\n{to}")))[..32]}@results.teuthology";

    /// <summary>Where it is noted.</summary>
    public string File => Path.Combine(archive, "mail.json");

    /// <summary>Takes the mail to be sent, for good: on the disk before anything goes out.</summary>
    /// <returns>Why it is not to be sent; null where it is.</returns>
    /// <exception cref="ConfigurationException">The note cannot be read or written.</exception>
    public async Task<string?> ClaimAsync(CancellationToken cancellationToken)
    {
        string? reason = null;
        await ChangeAsync(
            state =>
            {
                reason = state.Sent is { } sent ? string.Create(CultureInfo.InvariantCulture, $"they went {sent:yyyy-MM-dd HH:mm:ss} UTC")
                    : state.Tries >= MostTries ? $"they were tried {MostTries.ToString(CultureInfo.InvariantCulture)} times, and may have gone"
                    : null;
                return reason is null ? state with { Tries = state.Tries + 1 } : state;
            },
            cancellationToken);
        return reason;
    }

    /// <summary>The mail surely did not go out.</summary>
    public Task TakeBackAsync(CancellationToken cancellationToken) => ChangeAsync(state => state with { Tries = state.Tries - 1 }, cancellationToken);

    /// <summary>The mail server has it.</summary>
    public Task SentAsync(CancellationToken cancellationToken) => ChangeAsync(state => state with { Sent = time.GetUtcNow().UtcDateTime }, cancellationToken);

    private async Task ChangeAsync(Func<State, State> change, CancellationToken cancellationToken)
    {
        try
        {
            using var only = await FileLock.TakeAsync(File + ".lock", null, time, cancellationToken);
            var all = System.IO.File.Exists(File) ? JsonSerializer.Deserialize<Dictionary<string, State>>(await System.IO.File.ReadAllTextAsync(File, cancellationToken)) ?? [] : [];
            all[MessageId] = change(all.GetValueOrDefault(MessageId) ?? new State { To = to });
            var draft = File + ".new";
            await using (var stream = new FileStream(draft, FileMode.Create))
            {
                await JsonSerializer.SerializeAsync(stream, all, Format, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            System.IO.File.Move(draft, File, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ConfigurationException($"{File}: what became of the mail cannot be noted: {e.Message}", inner: e);
        }
    }

    private sealed record State
    {
        public string? To { get; init; }

        public int Tries { get; init; }

        public DateTime? Sent { get; init; }
    }
}
