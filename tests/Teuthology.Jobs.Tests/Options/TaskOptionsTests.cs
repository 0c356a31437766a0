namespace Teuthology.Jobs.Tests;

/// <summary>Options of a task as a record: from the job's YAML to the task, or to an error before anything is locked.</summary>
public sealed class TaskOptionsTests : IDisposable
{
    private readonly JobHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Options_EveryKind_AreBound()
    {
        var options = await BindAsync("""
            tasks:
            - test.options:
                who: 1.0
                Times: 3
                pause: 5m
                mode: very-loud
                quiet: false
                factor: 2
                log-dirs: [a, b]
                sizes: [1, 2]
                clients: {client.0: {depth: 7}, client.1: }
                raw: {any: [thing]}
            """);

        Assert.Equal(("1.0", 3, TimeSpan.FromMinutes(5), LoadMode.VeryLoud, 2.0), (options.Who, options.Times, options.Pause, options.Mode, options.Factor));
        Assert.False(options.Quiet);
        Assert.Equal(["a", "b"], options.LogDirs);
        Assert.Equal([1, 2], options.Sizes);
        Assert.Equal(new LoadClient("/tmp", 7), options.Clients["client.0"]);
        Assert.Equal(new LoadClient(), options.Clients["client.1"]);
        Assert.True(options.Raw!.TryGetList("any", out _));
    }

    [Fact]
    public async Task Options_LeftOut_KeepTheirDefaults()
    {
        var options = await BindAsync("tasks:\n- test.options: {who: me, quiet: }\n");
        Assert.Equal(new LoadOptions { Who = "me", LogDirs = options.LogDirs, Sizes = options.Sizes, Clients = options.Clients }, options);
    }

    [Fact]
    public async Task Options_Overrides_GoOverTheTasksOwn()
    {
        var options = await BindAsync("tasks:\n- test.options: {who: me, times: 1}\noverrides:\n  test.options: {times: 9, factor: 1.5}\n");
        Assert.Equal(("me", 9, 1.5), (options.Who, options.Times, options.Factor));
    }

    [Theory]
    [InlineData("{who: me, tmies: 3}", "task 'test.options': unknown key 'tmies'; did you mean 'times'?")]
    [InlineData("{who: me, logdrs: 3}", "task 'test.options': unknown key 'logdrs'; did you mean 'log_dirs'?")]
    [InlineData("{who: me, zzz: 3}", "task 'test.options': unknown key 'zzz' (known: who, times, pause, mode, quiet, factor, log_dirs, sizes, clients, raw)")]
    [InlineData("{who: me, times: 11}", "task 'test.options': 'times' must be between 1 and 10, not 11")]
    [InlineData("{who: me, times: many}", "task 'test.options': 'times' must be a whole number, not the text 'many'")]
    [InlineData("{who: me, times: 99999999999}", "task 'test.options': 'times' must be a whole number, not '99999999999'")]
    [InlineData("{who: me, Pause: soon}", "task 'test.options': 'Pause' must be a time: seconds, or a number with ms, s, m, h or d, not the text 'soon'")]
    [InlineData("{who: me, mode: very-lout}", "task 'test.options': 'mode' must be one of still, very_loud, not the text 'very-lout'; did you mean 'very_loud'?")]
    [InlineData("{who: me, quiet: 1}", "task 'test.options': 'quiet' must be true or false, not '1'")]
    [InlineData("{who: me, sizes: 1}", "task 'test.options': 'sizes' must be a list, not '1'")]
    [InlineData("{who: me, sizes: [1, x]}", "task 'test.options': 'sizes[1]' must be a whole number, not the text 'x'")]
    [InlineData("{who: me, clients: {client.0: {dpth: 1}}}", "task 'test.options': unknown key 'clients.client.0.dpth'; did you mean 'depth'?")]
    [InlineData("{who: me, clients: {client.0: {depth: 256}}}", "task 'test.options': 'clients.client.0.depth' must be a whole number from 0 to 255, not '256'")]
    [InlineData("{who: me, clients: {client.0: 3}}", "task 'test.options': 'clients.client.0' must be a mapping, not '3'")]
    [InlineData("{who: me, log-dirs: [], log_dirs: []}", "task 'test.options': 'log_dirs' is given twice, as 'log-dirs' too")]
    [InlineData("{who: me, quiet: true, mode: very_loud}", "task 'test.options': 'quiet': quiet and very loud at once")]
    [InlineData("{who: [me]}", "task 'test.options': 'who' must be a text, not a list")]
    [InlineData("{}", "task 'test.options': 'who' is missing; it must be a text")]
    [InlineData("[who]", "task 'test.options': its configuration must be a mapping, not a list")]
    public async Task Options_Wrong_AreToldWithPlaceAndKey(string config, string message)
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync($"tasks:\n- test.options:\n    {config}\n"));
        Assert.Matches($@"^job\.yaml:[23]:\d+: {System.Text.RegularExpressions.Regex.Escape(message)}$", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_host.Archive));
    }

    [Fact]
    public async Task Options_SeveralWrong_AreAllTold()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync("""
            roles: [[client.0]]
            tasks:
            - test.options:
                times: 0
                clients:
                  client.0:
                    depth: deep
            - test.options:
                who: you
                factr: 2
            """));

        Assert.Equal(
            """
            the job has 4 problems:
              job.yaml:4:5: task 'test.options': 'who' is missing; it must be a text
              job.yaml:4:5: task 'test.options': 'times' must be between 1 and 10, not 0
              job.yaml:7:9: task 'test.options': 'clients.client.0.depth' must be a whole number from 0 to 255, not the text 'deep'
              job.yaml:10:5: task 'test.options': unknown key 'factr'; did you mean 'factor'?
            """,
            error.Message);
    }

    [Fact]
    public async Task Constructor_AsksForWhatIsNoService_IsToldBeforeTheJobStarts()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => _host.StartAsync("tasks:\n- test.needy-of-service:\n"));
        Assert.Equal("job.yaml:2:3: task 'test.needy-of-service': Teuthology.Jobs.Tests.NeedyOfServiceTask asks for System.Uri, which is no registered service", error.Message);
    }

    private async Task<LoadOptions> BindAsync(string yaml)
    {
        var result = await _host.RunAsync(yaml);
        Assert.Null(result.FailureReason);
        return _host.Trace.Options!;
    }
}
