using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Teuthology.Results.Tests;

public sealed class SqliteResultsStoreTests : ResultsStoreTests
{
    private const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";

    [SkippableFact]
    public async Task Open_ManyAtOnceOnNewDirectory_AllGetTheSameTables()
    {
        var fresh = Path.Combine(State, "fresh");
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ResultsStore.OpenAsync(fresh, Time, default))));

        await stores[0].SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);
        Assert.All(await Task.WhenAll(stores.Select(store => store.JobsAsync(Run, default))), jobs => Assert.Single(jobs));
    }

    [SkippableFact]
    public async Task Open_AfterAMigrationWasKilled_IsNotStuck()
    {
        var fresh = Path.Combine(State, "killed");
        System.IO.Directory.CreateDirectory(fresh);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(fresh, "results.db")}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
                """;
            await command.ExecuteNonQueryAsync();
        }

        var store = await ResultsStore.OpenAsync(fresh, Time, default).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await store.RunsAsync(new RunQuery(), default));
    }

    [SkippableFact]
    public async Task Open_FileThatIsNoDatabase_TellsWhichAndWhatToDo()
    {
        var broken = Path.Combine(State, "broken");
        System.IO.Directory.CreateDirectory(broken);
        await File.WriteAllTextAsync(Path.Combine(broken, "results.db"), new string('x', 4096));

        var failure = await Assert.ThrowsAsync<TeuthologyException>(() => ResultsStore.OpenAsync(broken, Time, default));
        Assert.Contains(Path.Combine(broken, "results.db"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("TEUTHOLOGY_STATE", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Open_FileOfTheFirstVersion_KeepsWhatIsInIt()
    {
        var old = Path.Combine(State, "old");
        System.IO.Directory.CreateDirectory(old);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(old, "results.db")}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = FirstVersion;
            await command.ExecuteNonQueryAsync();
        }

        await using var store = await ResultsStore.OpenAsync(old, Time, default);
        var run = (await store.RunAsync(Run, default))!;
        Assert.Equal(("finished fail", 2, "abc", 5), (run.Status, run.JobsCount, run.Sha1, run.Priority));
        Assert.Equal(Run, Assert.Single(await store.RunsAsync(new RunQuery { Status = "finished fail", Sha1 = "ab" }, default)).Name);
        var job = Assert.Single(await store.JobsOfNodeAsync("n1", default));
        Assert.Equal("here", (string)job.Document["mine"]!);
        var wire = JobWire.Write(job, null);
        Assert.Equal(("log_href", "archive_path", "mine"), (wire.First().Key, wire.ElementAt(1).Key, wire.Last().Key));

        await store.SaveJobAsync(Run, "2", new JsonObject { ["success"] = true }, default);
        job = (await store.JobAsync(Run, "2", default))!;
        Assert.Equal(("pass", "here", "rbd/{b}"), (job.Status, (string)job.Document["mine"]!, job.Description));
        Assert.Equal("finished pass", (await store.RunAsync(Run, default))!.Status);
    }

    private const string FirstVersion =
        $$$"""
        CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
        INSERT INTO "__EFMigrationsHistory" VALUES ('20261122181218_Runs', '10.0.15');
        CREATE TABLE "runs" ("Id" INTEGER NOT NULL CONSTRAINT "PK_runs" PRIMARY KEY AUTOINCREMENT, "Name" TEXT NOT NULL, "User" TEXT NOT NULL, "Suite" TEXT NOT NULL,
            "Branch" TEXT NOT NULL, "MachineType" TEXT NOT NULL, "Scheduled" TEXT NOT NULL, "Posted" TEXT NOT NULL, "Started" TEXT NULL, "Updated" TEXT NOT NULL);
        CREATE TABLE "jobs" ("Id" INTEGER NOT NULL CONSTRAINT "PK_jobs" PRIMARY KEY AUTOINCREMENT, "RunId" INTEGER NOT NULL, "JobId" TEXT NOT NULL, "Status" TEXT NOT NULL,
            "Description" TEXT NULL, "Duration" REAL NULL, "FailureReason" TEXT NULL, "Owner" TEXT NULL, "ArchivePath" TEXT NULL, "Sha1" TEXT NULL, "Flavor" TEXT NULL,
            "Priority" INTEGER NULL, "Process" TEXT NULL, "Posted" TEXT NOT NULL, "Started" TEXT NULL, "Updated" TEXT NOT NULL, "Document" TEXT NOT NULL,
            CONSTRAINT "FK_jobs_runs_RunId" FOREIGN KEY ("RunId") REFERENCES "runs" ("Id") ON DELETE CASCADE);
        CREATE UNIQUE INDEX "IX_jobs_RunId_JobId" ON "jobs" ("RunId", "JobId");
        CREATE INDEX "IX_jobs_Status" ON "jobs" ("Status");
        CREATE UNIQUE INDEX "IX_runs_Name" ON "runs" ("Name");
        CREATE INDEX "IX_runs_Posted" ON "runs" ("Posted");
        INSERT INTO runs VALUES (1, '{{{Run}}}', 'me', 'rbd', 'main', 'root', '2026-11-22 10:00:00', '2026-11-22 10:00:01', NULL, '2026-11-22 10:00:02.5');
        INSERT INTO jobs (RunId, JobId, Status, Description, Sha1, Priority, Posted, Updated, Document) VALUES
            (1, '1', 'pass', 'rbd/{a}', 'abc', 5, '2026-11-22 10:00:01', '2026-11-22 10:00:02', '{"sha1":"abc","priority":5,"status":"pass","job_id":"1"}'),
            (1, '2', 'fail', 'rbd/{b}', NULL, NULL, '2026-11-22 10:00:01', '2026-11-22 10:00:02', '{"mine":"here","targets":{"ubuntu@n1":"k"},"description":"rbd/{b}","status":"fail"}');
        """;
}
