namespace Teuthology.Results;

/// <content>The tables in a file.</content>
internal static partial class ResultsSchema
{
    // Files of the first version know nothing of versions.
    private static string[] SqliteSteps =>
    [
        """
        CREATE TABLE IF NOT EXISTS runs (
            Id INTEGER NOT NULL CONSTRAINT PK_runs PRIMARY KEY AUTOINCREMENT,
            Name TEXT NOT NULL,
            "User" TEXT NOT NULL,
            Suite TEXT NOT NULL,
            Branch TEXT NOT NULL,
            MachineType TEXT NOT NULL,
            Scheduled TEXT NOT NULL,
            Posted TEXT NOT NULL,
            Started TEXT,
            Updated TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS jobs (
            Id INTEGER NOT NULL CONSTRAINT PK_jobs PRIMARY KEY AUTOINCREMENT,
            RunId INTEGER NOT NULL REFERENCES runs (Id) ON DELETE CASCADE,
            JobId TEXT NOT NULL,
            Status TEXT NOT NULL,
            Description TEXT,
            Duration REAL,
            FailureReason TEXT,
            Owner TEXT,
            ArchivePath TEXT,
            Sha1 TEXT,
            Flavor TEXT,
            Priority INTEGER,
            Process TEXT,
            Posted TEXT NOT NULL,
            Started TEXT,
            Updated TEXT NOT NULL,
            Document TEXT NOT NULL
        );
        CREATE UNIQUE INDEX IF NOT EXISTS IX_jobs_RunId_JobId ON jobs (RunId, JobId);
        CREATE INDEX IF NOT EXISTS IX_jobs_Status ON jobs (Status);
        CREATE UNIQUE INDEX IF NOT EXISTS IX_runs_Name ON runs (Name);
        CREATE INDEX IF NOT EXISTS IX_runs_Posted ON runs (Posted);
        """,
        """
        -- What lists of runs show, kept with the run.
        ALTER TABLE runs ADD COLUMN status TEXT NOT NULL DEFAULT 'empty';
        ALTER TABLE runs ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN pass INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN running INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN fail INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN dead INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN skip INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN firstjob TEXT;
        ALTER TABLE runs ADD COLUMN sha1 TEXT;
        ALTER TABLE runs ADD COLUMN flavor TEXT;
        ALTER TABLE runs ADD COLUMN priority INTEGER;
        UPDATE runs SET
            queued = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'queued'),
            pass = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'pass'),
            running = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'running'),
            waiting = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'waiting'),
            fail = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'fail'),
            dead = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'dead'),
            unknown = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'unknown'),
            skip = (SELECT count(*) FROM jobs WHERE RunId = runs.Id AND jobs.Status = 'skip'),
            firstjob = (SELECT min(JobId) FROM jobs WHERE RunId = runs.Id);
        UPDATE runs SET (sha1, flavor, priority) = (SELECT jobs.Sha1, jobs.Flavor, jobs.Priority FROM jobs WHERE RunId = runs.Id AND JobId = runs.firstjob);
        UPDATE runs SET status = CASE
            WHEN queued + pass + running + waiting + fail + dead + unknown = 0 THEN CASE WHEN skip > 0 THEN 'unknown' ELSE 'empty' END
            WHEN pass + running + waiting + fail + dead + unknown = 0 THEN 'queued'
            WHEN running > 0 THEN 'running'
            WHEN waiting > 0 THEN 'waiting'
            WHEN queued + pass + fail + unknown = 0 THEN 'finished dead'
            WHEN fail + dead > 0 THEN 'finished fail'
            WHEN queued + unknown = 0 THEN 'finished pass'
            WHEN queued > 0 THEN 'queued'
            ELSE 'unknown' END;
        CREATE INDEX runs_scheduled ON runs (Scheduled);

        -- What jobs are searched for; extra holds the keys that the wire lists last, and is NULL where Document still holds them all.
        ALTER TABLE jobs ADD COLUMN extra TEXT;
        ALTER TABLE jobs ADD COLUMN branch TEXT;
        ALTER TABLE jobs ADD COLUMN "user" TEXT;
        ALTER TABLE jobs ADD COLUMN machinetype TEXT;
        ALTER TABLE jobs ADD COLUMN queue TEXT;
        ALTER TABLE jobs ADD COLUMN failuresignature TEXT;
        ALTER TABLE jobs ADD COLUMN poppeduntil TEXT;
        UPDATE jobs SET
            branch = json_extract(Document, '$.branch'), "user" = json_extract(Document, '$.user'), machinetype = json_extract(Document, '$.machine_type'),
            queue = json_extract(Document, '$.queue'), failuresignature = json_extract(Document, '$.failure_signature');
        CREATE INDEX jobs_posted ON jobs (Posted);
        CREATE INDEX jobs_sha1 ON jobs (Sha1);
        CREATE INDEX jobs_queue ON jobs (queue, Status) WHERE queue IS NOT NULL;
        CREATE TABLE job_nodes (
            node TEXT NOT NULL,
            job INTEGER NOT NULL REFERENCES jobs (Id) ON DELETE CASCADE,
            PRIMARY KEY (node, job)
        ) WITHOUT ROWID;
        CREATE INDEX job_nodes_job ON job_nodes (job);
        INSERT OR IGNORE INTO job_nodes (node, job)
            SELECT substr(target.key, instr(target.key, '@') + 1), jobs.Id FROM jobs, json_each(jobs.Document, '$.targets') AS target WHERE target.key IS NOT NULL;

        CREATE TABLE queues (
            queue TEXT NOT NULL PRIMARY KEY,
            pausedby TEXT,
            pausedsince TEXT,
            pauseduntil TEXT
        );
        """,

        // A job's history by its description, and what failed of late: pages ask for both.
        """
        CREATE INDEX jobs_description ON jobs (Description);
        CREATE INDEX jobs_failures ON jobs (Updated) WHERE Status IN ('fail', 'dead');
        """,
        """
        -- Who may write by way of a server, and who did.
        CREATE TABLE tokens (
            name TEXT NOT NULL PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE,
            created TEXT NOT NULL
        );
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            token TEXT,
            address TEXT,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            status INTEGER NOT NULL,
            body TEXT
        );
        CREATE INDEX audit_at ON audit (at);
        """,
        """
        -- When a job that failed was last changed; null for the others, so that what is told of a running job touches no index.
        ALTER TABLE jobs ADD COLUMN failedat TEXT;
        -- The archive as a program of the site told it, never a client over the wire.
        ALTER TABLE jobs ADD COLUMN ownarchive TEXT;
        UPDATE jobs SET failedat = updated WHERE status IN ('fail', 'dead');
        DROP INDEX jobs_failures;
        CREATE INDEX jobs_failures ON jobs (failedat) WHERE failedat IS NOT NULL;
        """,
    ];
}
