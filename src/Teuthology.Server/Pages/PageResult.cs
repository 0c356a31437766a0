using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Teuthology.Server;

/// <summary>A page: a component, rendered to a string. Nothing but the server's own style and script may act in it.</summary>
/// <typeparam name="TPage">The component.</typeparam>
/// <param name="parameters">Its parameters.</param>
/// <param name="status">The answer's status.</param>
internal sealed class PageResult<TPage>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK) : IResult
    where TPage : IComponent
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers.Vary = "Accept";
        response.Headers.CacheControl = "no-cache";
        await using var renderer = new HtmlRenderer(httpContext.RequestServices, httpContext.RequestServices.GetRequiredService<ILoggerFactory>());
        await using var text = new StreamWriter(response.Body, new System.Text.UTF8Encoding(false), 32 * 1024, leaveOpen: true);
        var page = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters));
            using var buffer = new StringWriter();
            root.WriteHtmlTo(buffer);
            return buffer.GetStringBuilder();
        });
        await text.WriteAsync(page, httpContext.RequestAborted);
    }
}
