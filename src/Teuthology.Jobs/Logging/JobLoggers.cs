using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>The loggers of one job: all write its teuthology.log and share nothing with other jobs.</summary>
internal sealed class JobLoggers : ILoggerFactory
{
    private readonly LoggerFactory _factory;

    public JobLoggers(JobArchive archive, ArchiveJournal journal) =>
        _factory = new LoggerFactory([archive.Log, new CommandEvents(journal.CommandEnded)], new LoggerFilterOptions { MinLevel = LogLevel.Debug });

    public ILogger CreateLogger(string categoryName) => _factory.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => _factory.AddProvider(provider);

    public void Dispose() => _factory.Dispose();
}
