namespace Teuthology.Server;

/// <summary>What every reply carries: browser clients of the results server read it from other origins.</summary>
internal static class ReplyHeaders
{
    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, OPTIONS";
        headers.AccessControlAllowHeaders = "origin, authorization, accept";
        headers.XContentTypeOptions = "nosniff";
        return next(context);
    }
}
