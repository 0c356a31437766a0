using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Teuthology.Results;

/// <summary>The tables of runs and jobs.</summary>
internal sealed class ResultsContext(DbContextOptions<ResultsContext> options) : DbContext(options)
{
    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var run = modelBuilder.Entity<RunRow>().ToTable("runs");
        run.HasIndex(r => r.Name).IsUnique();
        run.HasIndex(r => r.Posted);

        var job = modelBuilder.Entity<JobRow>().ToTable("jobs");
        job.HasIndex(j => new { j.RunId, j.JobId }).IsUnique();
        job.HasIndex(j => j.Status);
        job.HasOne(j => j.Run).WithMany(r => r.Jobs).HasForeignKey(j => j.RunId).OnDelete(DeleteBehavior.Cascade);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();

    // SQLite forgets the zone; everything in here is UTC.
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => time, time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
