using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>
/// Upstream's queue in a file, <c>-b @FILE</c>: jobs are appended to it as YAML documents, for somebody else to read; the last id is in <c>FILE.count</c>.
/// Nothing is taken from it.
/// </summary>
/// <param name="file">Its path.</param>
public sealed class FileQueue(string file) : IJobQueue
{
    /// <inheritdoc/>
    public string Place => file;

    /// <inheritdoc/>
    public async Task<string> PutAsync(NewQueueJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        try
        {
            // The lock on the counter keeps two schedulers apart.
            await using var counter = await OpenAsync(file + ".count", cancellationToken);
            using var reader = new StreamReader(counter, leaveOpen: true);
            var text = (await reader.ReadToEndAsync(CancellationToken.None)).Trim();
            var id = (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0) + 1;
            var document = new YamlMap();
            foreach (var (key, value) in job.Document)
                document[key] = value;
            document["job_id"] = QueueNumber.Write(id);
            await File.AppendAllTextAsync(file, $"---\n{YamlDumper.Dump(document)}", CancellationToken.None);
            counter.SetLength(0);
            counter.Position = 0;
            await counter.WriteAsync(System.Text.Encoding.ASCII.GetBytes(QueueNumber.Write(id)), CancellationToken.None);
            return QueueNumber.Write(id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the queue file {file} cannot be written: {e.Message}", inner: e);
        }
    }

    /// <inheritdoc/>
    public Task<QueueClaim?> TakeAsync(string tube, string worker, TimeSpan wait, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<bool> RenewAsync(QueueClaim claim, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<bool> FinishAsync(QueueClaim claim, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<bool> ReturnAsync(QueueClaim claim, string reason, bool isTry, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<bool> HandOverAsync(QueueClaim claim, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<bool> AdoptAsync(QueueClaim claim, string worker, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueEntry>> ListAsync(QueueQuery query, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueAttempt>> HistoryAsync(string id, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<IReadOnlyList<TubeState>> TubesAsync(CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task PauseAsync(string tube, QueuePause pause, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task ResumeAsync(string tube, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw OnlyWritten();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<FileStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 100 && File.Exists(path))
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    private ConfigurationException OnlyWritten() => new($"jobs are only put into the queue file {file}, not taken or listed: use 'store' or 'beanstalk'");
}
