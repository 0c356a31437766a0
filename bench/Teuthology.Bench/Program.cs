using Teuthology.Bench;

// Side by side: each line beside the same work done by others on the same machine in the same run.
switch (args.FirstOrDefault())
{
    case "ssh":
        return await SshBench.RunAsync(args.Length > 1 && args[1] != "--beside" ? int.Parse(args[1]) : 600, args.SkipWhile(arg => arg != "--beside").ElementAtOrDefault(1));
    case "lab":
        return await LabBench.RunAsync(args.Skip(1).Select(int.Parse).FirstOrDefault(5));
    case "first-command":
        return await FirstCommandBench.RunAsync(Directory.GetCurrentDirectory(), args.Skip(1).Select(int.Parse).FirstOrDefault(5));
    case "pairwise":
        return await PairwiseBench.RunAsync(args.ElementAtOrDefault(1), args.Skip(2));
    case "suites":
        return await SuitesBench.RunAsync(Directory.GetCurrentDirectory(), args[1..]);
    case "micro":
        return SuiteMicroBench.RunAll();
    case "job":
        return await JobBench.RunAsync(args.Skip(1).Take(1).Select(int.Parse).FirstOrDefault(5), args.Skip(2).FirstOrDefault());
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project bench/Teuthology.Bench -- BENCHMARK
              ssh [COMMANDS] [--beside COMMAND]  commands a second over 1 and 20 connections, output into the log, small files;
                                     COMMAND measures another harness over the same sshd
              lab [ROUNDS]           3 machines up, 1 imaged anew, 3 gone (as root)
              job [ROUNDS [UPSTREAM]] a job of 20 exec tasks, beside a program that takes upstream's options (as root; build src/Teuthology.Cli -c Release)
              first-command [ROUNDS] from dotnet test to the first job's first command (in the repository's root, built)
              pairwise [SUITES [SUITE...]] sizes of covering arrays and of real suites' pairwise subsets, beside PICT's
              suites SUITES_DIR [--upstream CHECKOUT] [--all] [--rounds N] [--json]
                                     expands Ceph's suites in fresh processes (in the repository's root, CLI built for Release)
              micro                  the steps of expanding a suite, each alone
            """);
        return 2;
}
