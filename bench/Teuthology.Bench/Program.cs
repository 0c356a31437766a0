using Teuthology.Bench;

// Side by side: each line beside the same work done by others on the same machine in the same run.
switch (args.FirstOrDefault())
{
    case "ssh":
        return await SshBench.RunAsync(Number(1000), Upstream(), args.SkipWhile(word => word != "--only").ElementAtOrDefault(1));
    case "lab":
        return await LabBench.RunAsync(args.Skip(1).Select(int.Parse).FirstOrDefault(5));
    case "locks":
        return await LockBench.RunAsync(Number(3), args.SkipWhile(word => word != "--paddles").ElementAtOrDefault(1) ?? Environment.GetEnvironmentVariable("TEUTHOLOGY_PADDLES"));
    case "server":
        return await ServerBench.RunAsync(
            Number(5), args.SkipWhile(word => word != "--paddles").ElementAtOrDefault(1) ?? Environment.GetEnvironmentVariable("TEUTHOLOGY_PADDLES"), args.SkipWhile(word => word != "--only").ElementAtOrDefault(1));
    case "queue":
        return await QueueBench.RunAsync(Number(100_000));
    case "pages":
        return await PagesBench.RunAsync(Number(50), args.SkipWhile(word => word != "--store").ElementAtOrDefault(1));
    case "watchers":
        return await WatchersBench.RunAsync(Number(1000));
    case "first-command":
        return await FirstCommandBench.RunAsync(Directory.GetCurrentDirectory(), args.Skip(1).Select(int.Parse).FirstOrDefault(5));
    case "pairwise":
        return await PairwiseBench.RunAsync(args.ElementAtOrDefault(1), args.Skip(2));
    case "suites":
        return await SuitesBench.RunAsync(Directory.GetCurrentDirectory(), args[1..]);
    case "micro":
        return SuiteMicroBench.RunAll();
    case "job":
        return await JobBench.RunAsync(Number(5), Upstream());
    case "qa":
        return await QaBench.RunAsync(Number(3), Upstream(), args.SkipWhile(word => word != "--qa").ElementAtOrDefault(1), args.SkipWhile(word => word != "--only").ElementAtOrDefault(1));
    case "beside":
        return Math.Max(await SshBench.RunAsync(1000, Upstream()), await JobBench.RunAsync(Number(5), Upstream()));
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project bench/Teuthology.Bench -- BENCHMARK
              ssh [COMMANDS] [--upstream CHECKOUT] [--only TEXT]
                                     commands a second over 1 and 20 connections, output into the log, small files, memory
              job [ROUNDS] [--upstream CHECKOUT]    a job of 20 exec tasks from start to end (as root; build src/Teuthology.Cli -c Release)
              qa [ROUNDS] --qa DIR [--upstream CHECKOUT] [--only TEXT]
                                     jobs with Python tasks of Ceph's qa tree, and jobs with a Ceph cluster, by both programs on the same machine:
                                     statuses, commands, times of every phase (as root, CLI built)
              beside [ROUNDS] [--upstream CHECKOUT] both; upstream's own code on the same hosts in the same run
              lab [ROUNDS]           machines up, imaged anew, gone; `lab reimage` (as root; build src/Teuthology.Cli -c Release)
              locks [ROUNDS] [--paddles CHECKOUT]  lock and unlock 3 of 500 machines from 16 clients over HTTP, beside bare PostgreSQL
                                     and a real paddles (in the repository's root; build src/Teuthology.Cli -c Release)
              server [SECONDS] [--paddles CHECKOUT] [--only TEXT]  job posts, watchdog updates, a run with 1,000 jobs, 500 machines, lock-many over HTTP,
                                     beside a real paddles (in the repository's root; build src/Teuthology.Cli -c Release)
              queue [JOBS]           put, take and list with 100,000 jobs waiting: SQLite, PostgreSQL, beanstalkd
              pages [REQUESTS] [--store DATABASE]  pages about runs of 1,000 jobs, 500 machines, a queue: on SQLite and on PostgreSQL, or on an
                                     empty database (in the repository's root; build src/Teuthology.Cli -c Release)
              watchers [WATCHERS]    live logs for 1,000 watchers, of one job and of many: lines lost and told twice, delay, memory and
                                     processor time of the server (in the repository's root; build src/Teuthology.Cli -c Release)
              first-command [ROUNDS] from dotnet test to the first job's first command (in the repository's root, built)
              pairwise [SUITES [SUITE...]] sizes of covering arrays and of real suites' pairwise subsets, beside PICT's
              suites SUITES_DIR [--upstream CHECKOUT] [--all] [--rounds N] [--json]
                                     expands Ceph's suites in fresh processes (in the repository's root, CLI built for Release)
              micro                  the steps of expanding a suite, each alone
            """);
        return 2;
}

int Number(int usual) => args.Skip(1).Take(1).Where(word => !word.StartsWith('-')).Select(int.Parse).FirstOrDefault(usual);

string? Upstream() => args.SkipWhile(word => word != "--upstream").ElementAtOrDefault(1) ?? Environment.GetEnvironmentVariable("TEUTHOLOGY_UPSTREAM");
