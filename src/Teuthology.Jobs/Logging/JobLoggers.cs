using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>The loggers of one job: all write its teuthology.log and share nothing with other jobs.</summary>
internal sealed class JobLoggers : ILoggerFactory
{
    private readonly LoggerFactory _factory;
    private readonly JobLogFile _file;
    private volatile bool _shared;

    public JobLoggers(JobArchive archive, ArchiveJournal journal)
    {
        _file = archive.Log;
        _factory = new LoggerFactory([archive.Log, new CommandEvents(journal.CommandEnded)], new LoggerFilterOptions { MinLevel = LogLevel.Debug });
    }

    /// <summary>Writes what is buffered to teuthology.log, for those who read it next.</summary>
    public void Flush() => _file.Flush();

    public ILogger CreateLogger(string categoryName) => new JobLogger(_factory.CreateLogger(categoryName), _file.Output(categoryName), () => !_shared);

    public void AddProvider(ILoggerProvider provider)
    {
        _shared = true;
        _factory.AddProvider(provider);
    }

    public void Dispose() => _factory.Dispose();
}
