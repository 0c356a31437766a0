namespace Teuthology.Results.Tests;

public sealed class SqliteAbandonedJobTests : AbandonedJobTests;
