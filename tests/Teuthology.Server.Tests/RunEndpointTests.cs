using System.Net;
using Run = Teuthology.Server.Tests.ServerFixture;

namespace Teuthology.Server.Tests;

public sealed class RunEndpointTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Runs_List_IsNewestFirstWithCounts()
    {
        var (status, runs) = await server.GetAsync("/runs/");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["empty-handed", Run.Run], runs.AsArray().Select(run => (string)run!["name"]!));
        Assert.Equal("finished fail", (string)runs[1]!["status"]!);
        Assert.Equal((1, 1, 2), ((int)runs[1]!["results"]!["pass"]!, (int)runs[1]!["results"]!["fail"]!, (int)runs[1]!["jobs_count"]!));
    }

    [Theory]
    [InlineData("/runs/?count=1", 1)]
    [InlineData("/runs/?count=0", 0)]
    [InlineData("/runs/?page=7", 0)]
    [InlineData("/runs/?page=2&count=1", 1)]
    public async Task Runs_Paging_GivesAPage(string path, int expected) =>
        Assert.Equal(expected, (await server.GetAsync(path)).Body.AsArray().Count);

    [Fact]
    public async Task Run_ItsHref_LeadsBackToIt()
    {
        var (_, run) = await server.GetAsync($"/runs/{Run.Run}/");
        Assert.Equal(2, run["jobs"]!.AsArray().Count);

        var (status, again) = await server.GetAsync((string)run["href"]![0]!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(Run.Run, (string)again["name"]!);
    }

    [Fact]
    public async Task Jobs_FieldsAndStatus_GiveWhatWasAsked()
    {
        var (_, jobs) = await server.GetAsync($"/runs/{Run.Run}/jobs/?fields=job_id,status,duration&status=fail");

        Assert.Equal("""[{"job_id":"2","status":"fail","duration":3}]""", jobs.ToJsonString());
    }

    [Fact]
    public async Task Job_ItsLogHref_GivesTheLog()
    {
        var (_, job) = await server.GetAsync($"/runs/{Run.Run}/jobs/1");

        Assert.Equal(await File.ReadAllTextAsync(server.Log), await server.Http.GetStringAsync((string)job["log_href"]!));
    }

    [Theory]
    [InlineData("/runs/nobody/", HttpStatusCode.NotFound)]
    [InlineData("/runs/nobody/jobs/", HttpStatusCode.NotFound)]
    [InlineData("/runs/" + Run.Run + "/jobs/99/", HttpStatusCode.NotFound)]
    [InlineData("/runs/" + Run.Run + "/jobs/2/teuthology.log", HttpStatusCode.NotFound)]
    [InlineData("/runs/" + Run.Run + "/jobs/?fields=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/runs/?count=many", HttpStatusCode.BadRequest)]
    public async Task Runs_BadRequests_AnswerWithAMessage(string path, HttpStatusCode expected)
    {
        var (status, body) = await server.GetAsync(path);

        Assert.Equal(expected, status);
        Assert.NotEmpty((string)body["message"]!);
    }
}
