using Teuthology.Jobs.Tests;

return await CrashingController.RunAsync(args);
