using Teuthology.LockTest;

return args is ["client", var settings, var process, var seed]
    ? await ClientProgram.RunAsync(settings, process, int.Parse(seed))
    : await LockTestCommands.RunAsync(args);
